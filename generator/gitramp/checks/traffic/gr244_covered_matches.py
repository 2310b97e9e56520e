"""GR244: every match of a rule adds requests to those of the others."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import routes
from gitramp.checks.request_tests import covers
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.rule_order import Rule, is_harmless, rules_in_order
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR244",
    "a match that never decides",
    "The matches of a rule are alternatives. One that asks for more than another, or for what an earlier rule takes, "
    "is without effect: often two entries were written where one entry with both tests was meant.",
    "remove it, or write both tests in one entry",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/analysis/ist0131/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each match that another one of its rule or of an earlier rule covers; of two alike, the later one."""
    for virtual_service in routes.virtual_services(manifests):
        for rule in rules_in_order(virtual_service):
            if not rule.is_dead:  # GR243 tells of these
                yield from _by_earlier(rule)
            if rule.at[1] == "http":
                yield from _by_its_own(rule)


def _by_earlier(rule: Rule) -> Iterator[Breach]:
    if is_harmless(rule):
        return
    for match, taker in zip(rule.matches, rule.taken, strict=True):
        if taker is not None:
            message = f"match {match.at[-1]} of rule {rule.name} gets no request: rule {taker.rule_name} takes them"
            yield Breach(message, match.at, rule.manifest, related=(Elsewhere("here", taker.at, rule.manifest),))


def _by_its_own(rule: Rule) -> Iterator[Breach]:
    for position, match in enumerate(rule.matches):
        for other, wide in enumerate(rule.matches):
            wider = other != position and covers(wide.asked, match.asked)
            if wider and (other < position or not covers(match.asked, wide.asked)):
                message = f"match {position} is covered by match {other} of the same rule"
                yield Breach(message, match.at, rule.manifest, related=(Elsewhere("here", wide.at, rule.manifest),))
                break


RULE = ManifestRule(CODE, find)

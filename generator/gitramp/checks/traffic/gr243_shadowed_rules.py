"""GR243: every rule of a VirtualService gets requests that no earlier one takes."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import routes
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.rule_order import Rule, is_harmless, rules_in_order
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR243",
    "a rule that no request reaches",
    "The mesh takes the first rule that fits: what stands behind a wider one is dead, and a canary's match behind the "
    "split never sees its canary.",
    "put the narrower rule before the wider one",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0130/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each rule all of whose matches earlier rules take."""
    for virtual_service in routes.virtual_services(manifests):
        for rule in rules_in_order(virtual_service):
            taker = rule.taken[0] if rule.taken else None
            if taker is not None and rule.is_dead and not is_harmless(rule):
                yield _breach(rule)


def _breach(rule: Rule) -> Breach:
    first = rule.taken[0]
    assert first is not None
    message = f"rule {rule.name} gets no request: rule {first.rule_name} takes them all before it"
    return Breach(message, rule.at, rule.manifest, related=(Elsewhere("taken here", first.at, rule.manifest),))


RULE = ManifestRule(CODE, find)

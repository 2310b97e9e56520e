"""Matches that come to mean more or less, and those that nothing reaches any more.

Owns what is known of two matches and of the order of rules. That one is new, or is gone, is seen in what becomes of its
requests. Must not know who answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gitramp import traffic
from gitramp.changes.state import Compared
from gitramp.checks.rule_order import is_harmless, rules_in_order
from gitramp.model import Match, Service
from gitramp.model.overlap import covers
from gitramp.resource import Manifest


@dataclass(frozen=True, slots=True)
class MatchChange:
    """What happens to a match: `kind` is "widened", "narrowed" or "shadowed"; `says` names it."""

    service: str
    kind: str
    says: str


def match_changes(compared: Compared) -> Iterator[MatchChange]:
    """Yield what happens to the matches of the services that differ."""
    if compared.before is None or compared.after is None:
        return
    for before, after in compared.services():
        if before is not None and after is not None:
            for name, new in _matches(after).items():
                yield from _pairs(after.name, _matches(before).get(name, ()), new)
    for change in compared.trees.changes.values():
        if change.key.kind == "VirtualService" and change.after is not None:
            old = _shadowed(change.before) if change.before is not None else {}
            whose = change.after.service or str(change.after.id)
            for said, taker in _shadowed(change.after).items():
                if said not in old:
                    yield MatchChange(whose, "shadowed", f"no request reaches {said}: {taker} takes them all")


def _matches(service: Service) -> Mapping[str, tuple[Match, ...]]:
    """Return the matches of a service by what they are of."""
    canary = {"the canary": service.canary.match} if service.canary else {}
    return {**canary, **{f"route {name}": route.match for name, route in service.routes.items()}}


def _pairs(service: str, old: tuple[Match, ...], new: tuple[Match, ...]) -> Iterator[MatchChange]:
    """Yield each match that took the place of another which it covers, or which covers it."""
    was, is_ = {traffic.said([m]): m for m in old}, {traffic.said([m]): m for m in new}
    for before in was.keys() - is_.keys():
        for after in sorted(is_.keys() - was.keys()):
            wider, narrower = covers(is_[after], was[before]), covers(was[before], is_[after])
            if wider != narrower:
                yield MatchChange(service, "widened" if wider else "narrowed", f"{before} -> {after}")


def _shadowed(manifest: Manifest) -> dict[str, str]:
    """Return the matches of an object that no request reaches, each with the earlier rule that takes them."""
    found: dict[str, str] = {}
    for rule in rules_in_order(manifest):
        for number, taker in enumerate(rule.taken, 1):
            if taker is not None and taker.rule != rule.at and not is_harmless(rule):
                found[f"match {number} of rule {rule.name}"] = f"rule {taker.rule_name}"
    return found

"""Matches that come to mean more or less, that are lost, and those that nothing reaches any more.

Owns what is known of two matches and of the order of rules. A match is lost when it is gone and its requests are
answered otherwise: who answers them is told to this module. Must not know how that is found out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gitramp import traffic
from gitramp.changes.state import Compared
from gitramp.changes.traffic import Routing
from gitramp.checks.rule_order import is_harmless, rules_in_order
from gitramp.model import Match, Service
from gitramp.model.overlap import covers
from gitramp.resource import Manifest


@dataclass(frozen=True, slots=True)
class MatchChange:
    """What happens to a match: `kind` is "widened", "narrowed", "lost" or "shadowed"; `says` names it."""

    service: str
    kind: str
    says: str


def match_changes(compared: Compared, routed: Iterable[Routing] = ()) -> Iterator[MatchChange]:
    """Yield what happens to the matches of the services that differ; `routed` is what becomes of requests."""
    moved = {(each.service, asked.words) for each in routed for asked in each.asked if asked.differs}
    if compared.before is None or compared.after is None:
        return
    for before, after in compared.services():
        if before is not None and after is not None:
            for name, new in _matches(after).items():
                yield from _pairs(after.name, _matches(before).get(name, ()), new)
            lost = {*_said(before)} - {*_said(after)}
            moved_here = [words for service, words in moved if service == after.name]
            yield from (MatchChange(after.name, "lost", words) for words in sorted(lost.intersection(moved_here)))
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


def _said(service: Service) -> Iterator[str]:
    yield from (traffic.said([match]) for matches in _matches(service).values() for match in matches)


def _pairs(service: str, old: tuple[Match, ...], new: tuple[Match, ...]) -> Iterator[MatchChange]:
    """Yield each match that took the place of another which it covers, or which covers it."""
    was, is_ = {traffic.said([m]): m for m in old}, {traffic.said([m]): m for m in new}
    for before in sorted(was.keys() - is_.keys()):
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

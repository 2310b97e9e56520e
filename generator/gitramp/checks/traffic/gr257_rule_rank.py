"""GR257: rules keep their order where Gateway API ranks them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from gitramp.checks.planned import planned
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Match, Service
from gitramp.model.overlap import CannotSay, covers, disjoint, narrower
from gitramp.model.plan import Step
from gitramp.problem import Code

CODE = Code(
    "GR257",
    "rules that Gateway API would try in another order",
    "An HTTPRoute has no order: an exact path goes before a prefix, a longer prefix before a shorter one, then a "
    "method, more headers, more query parameters. A request that fits both rules would be taken by the later one.",
    "say in the earlier rule what the later one asks for too, such as its path, or give the routes the other `order`",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
)


class Rank(NamedTuple):
    """How much a match asks for; the greater one is tried first."""

    exact: bool
    length: int
    method: bool
    headers: int
    query: int


class _Entry(NamedTuple):
    step: Step
    together: tuple[Match, ...]
    rank: Rank


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each rule that a request fits and whose rank is beneath that of a later rule which it fits too."""
    if environment.platform.ingress != "gateway-api" and not environment.has_mesh_routes:
        return
    for service in environment.services.values():
        yield from _of_service(service)


def _of_service(service: Service) -> Iterator[Breach]:
    entries = [
        _Entry(step, together, _rank(together))
        for step in planned(service)
        if step.port is None
        for together in step.alternatives or ((),)
        if not any(match.path and match.path.regex for match in together)  # GR256 refuses these
    ]
    for first, later in combinations(entries, 2):
        if first.step is later.step or later.rank <= first.rank or not _meet(first.together, later.together):
            continue
        if not any(_takes(entry, first, later) for entry in entries[: entries.index(first)]):
            at = first.together[-1].pointer if first.together else first.step.route.pointer
            message = f"rule {first.step.name} of {service.name} is tried after {later.step.name}, which asks for more"
            yield Breach(message, at)
            return


def _takes(entry: _Entry, first: _Entry, later: _Entry) -> bool:
    """Whether a rule before both takes the requests that fit both, in either order."""
    known = (*first.together, *later.together)
    return entry.rank >= later.rank and all(any(covers(own, each) for each in known) for own in entry.together)


def _rank(together: tuple[Match, ...]) -> Rank:
    paths = [match.path for match in together if match.path is not None]
    try:
        path = narrower(*paths) if len(paths) > 1 else paths[0] if paths else None
    except CannotSay:
        path = paths[0]  # GR216 tells of it
    text = (path.exact or path.prefix or "") if path is not None else "/"
    headers = {name.lower() for match in together for name in match.headers}
    return Rank(
        exact=path is not None and path.exact is not None,
        length=len(text),
        method=any(match.methods for match in together),
        headers=len(headers) + any(match.cookies for match in together),
        query=len({name for match in together for name in match.query}),
    )


def _meet(ones: tuple[Match, ...], others: tuple[Match, ...]) -> bool:
    return not any(_disjoint(one, other) for one in ones for other in others)


def _disjoint(one: Match, other: Match) -> bool:
    try:
        return disjoint(one, other)
    except CannotSay:
        return False


RULE = EnvironmentRule(CODE, find)

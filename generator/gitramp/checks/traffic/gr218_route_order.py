"""GR218: the order of a service's routes is said."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Match, Route
from gitramp.model.overlap import CannotSay, disjoint
from gitramp.problem import Code

CODE = Code(
    "GR218",
    "routes whose order is left to luck",
    "The mesh takes the first route that fits. Two that some request may fit alike need an order, and only one can "
    "take what no other does.",
    "give the routes different numbers as `order`; the lowest is tried first",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService-http",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each route that may take requests of another with the same order, and each second one without match."""
    for service in environment.services.values():
        seen: list[Route] = []
        for route in sorted(service.routes.values(), key=lambda route: route.name):
            rival = next((other for other in seen if _rivals(other, route)), None)
            if rival is not None:
                yield _breach(route, rival)
            seen.append(route)


def _breach(route: Route, rival: Route) -> Breach:
    if not route.match:
        message = f"routes {rival.name} and {route.name} both take what no other does"
        return Breach(message, route.pointer, remedy="give all routes but one a `match`")
    return Breach(f"routes {rival.name} and {route.name} have the same order {route.order}", route.pointer)


def _rivals(one: Route, other: Route) -> bool:
    if not one.match or not other.match:
        return not one.match and not other.match
    return one.order == other.order and any(_meet(a, b) for a in one.match for b in other.match)


def _meet(one: Match, other: Match) -> bool:
    try:
        return not disjoint(one, other)
    except CannotSay:
        return True


RULE = EnvironmentRule(CODE, find)

"""GR216: a request that fits a route and the canary's match can be told by one test of each thing."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Match, Route, Service
from gitramp.model.overlap import CannotSay, disjoint
from gitramp.problem import Code

CODE = Code(
    "GR216",
    "matches that cannot be joined",
    "The canary's matches are tried within every route. The mesh makes one test of a header, one of the path, one of "
    "all cookies, and passes over callers' labels and namespace where gateways are named.",
    "let the two test different things, or let one of the tests be exact or a prefix of the other",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each match that contradicts itself, and each that cannot be joined with one of the canary's."""
    for service in environment.services.values():
        own = service.canary.match if service.canary else ()
        for match in (*own, *(m for route in service.routes.values() for m in route.match)):
            if _mixed(match, match):
                message = "one match names gateways and the callers' labels or namespace"
                yield Breach(message, match.at("gateways"), remedy="write `gateways` or the callers, not both")
        exposed = tuple(match for exposure in service.exposures for match in exposure.matches)
        for route in service.routes.values():
            if route.forwards:
                yield from _crossed(service, route, exposed)


def _mixed(one: Match, other: Match) -> bool:
    callers = one.source_labels or one.source_namespace is not None
    return bool(callers and other.gateways)


def _crossed(service: Service, route: Route, exposed: tuple[Match, ...]) -> Iterator[Breach]:
    for match in route.match:
        for exposure in exposed:
            if not _joins(match, exposure):
                other = "sticky" if exposure.pointer[-1] == "sticky" else f"match {exposure.pointer[-1]}"
                message = f"a match of route {route.name} and the canary's {other} in {service.name} cannot be joined"
                yield Breach(message, match.pointer)
                break


def _joins(one: Match, other: Match) -> bool:
    try:
        return disjoint(one, other) or not (_mixed(one, other) or _mixed(other, one))
    except CannotSay:
        return False


RULE = EnvironmentRule(CODE, find)

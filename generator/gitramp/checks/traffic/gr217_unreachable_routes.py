"""GR217: every route gets requests that no earlier route takes."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Match, Route, Service
from gitramp.model.overlap import covers
from gitramp.problem import Code

CODE = Code(
    "GR217",
    "a route that no request reaches",
    "The mesh takes the first route that fits: what stands behind a wider one is dead.",
    "give the narrower route a lower `order`",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0130/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each match of a route whose requests an earlier route takes."""
    for service in environment.services.values():
        earlier: list[tuple[Route, Match]] = []
        for route in service.ordered_routes:
            yield from _covered(service, route, earlier)
            earlier.extend((route, match) for match in route.match)


def _covered(service: Service, route: Route, earlier: list[tuple[Route, Match]]) -> Iterator[Breach]:
    for position, match in enumerate(route.match):
        first = next((other for other, wide in earlier if covers(wide, match)), None)
        if first is not None:
            message = f"match {position} of route {route.name} is taken by route {first.name} of {service.name}"
            yield Breach(message, match.pointer)


RULE = EnvironmentRule(CODE, find)

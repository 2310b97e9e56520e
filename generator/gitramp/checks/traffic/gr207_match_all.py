"""GR207: a match entry asks for something."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.matches import matches
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR207",
    "a match that every request fits",
    "An entry without a test sends all traffic to the canary, whatever the weight, or all to one route.",
    "say what is meant in it; for all traffic set `weight: 100`, or leave out the route's `match`",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each match entry without a test."""
    for service, match in matches(environment):
        in_canary = service.canary is not None and match in service.canary.match
        if match.is_empty or (in_canary and match.asks_path_for_nothing):  # a route may say that it takes the rest
            yield Breach(f"match {match.pointer[-1]} of {service.name} fits every request", match.pointer)


RULE = EnvironmentRule(CODE, find)

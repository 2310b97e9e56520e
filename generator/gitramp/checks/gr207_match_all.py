"""GR207: a match entry asks for something."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR207",
    "a match that every request fits",
    "An entry without a header or cookie sends all traffic to the canary, whatever the weight.",
    "name a header or cookie in it; for all traffic set `weight: 100`",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each match entry without headers and cookies."""
    for service in environment.services.values():
        for position, match in enumerate(service.canary.match if service.canary else ()):
            if not match.headers and not match.cookies:
                yield Breach(f"match {position} of {service.name} fits every request", match.pointer)


RULE = EnvironmentRule(CODE, find)

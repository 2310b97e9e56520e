"""GR202: the canary is another track than stable."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR202",
    "a canary on the stable track",
    "Both shares would reach the same pods: the ramp would test nothing.",
    "name another track for the canary, or remove the canary block",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each canary whose track is the service's stable one."""
    for service in environment.services.values():
        canary = service.canary
        if canary is not None and canary.track == service.stable:
            yield Breach(f"canary track {canary.track} is the stable track of {service.name}", canary.at("track"))


RULE = EnvironmentRule(CODE, find)

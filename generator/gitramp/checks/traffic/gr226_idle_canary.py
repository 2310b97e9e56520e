"""GR226: a canary gets requests."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code, Severity

CODE = Code(
    "GR226",
    "a canary that gets no request",
    "Good as the first step, which brings the track up before any request is sent to it; a forgotten weight looks the "
    "same. With a plan, the canary's `ramp`, its next step gives it traffic.",
    "set `weight`, `match` or `mirror` once the track runs",
    severity=Severity.INFO,
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each canary without weight, match, mirror and plan; one that is aborted says why."""
    for service in environment.services.values():
        canary = service.canary
        if canary is None or canary.track == service.stable or canary.track not in service.tracks:
            continue  # GR201 and GR202 tell of these
        if not (canary.weight or canary.match or canary.mirror or canary.ramp or canary.aborted):
            yield Breach(f"canary {canary.track} of {service.name} gets no request", canary.pointer)


RULE = EnvironmentRule(CODE, find)

"""GR209: the steps of a ramp go up, from 1 to 100 at most."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Ramp
from gitramp.problem import Code

CODE = Code(
    "GR209",
    "a ramp that does not go up",
    "Each step is the next weight of the canary: steps outside 1..100, repeated or downward are no plan.",
    "list the weights in rising order, each from 1 to 100",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield the first step of each ramp that is out of order or range; a ramp without steps is told as such."""
    for service in environment.services.values():
        ramp = service.canary.ramp if service.canary else None
        if ramp is not None:
            yield from _bad_steps(ramp)


def _bad_steps(ramp: Ramp) -> Iterator[Breach]:
    if not ramp.steps:
        yield Breach("the ramp has no steps", ramp.at("steps"))
    for position, (before, step) in enumerate(zip((0, *ramp.steps), ramp.steps, strict=False)):
        if not 1 <= step <= 100:
            yield Breach(f"ramp step {step} is outside 1..100", ramp.at("steps", position))
            return
        if step <= before:
            yield Breach(f"ramp step {step} does not follow {before} upwards", ramp.at("steps", position))
            return


RULE = EnvironmentRule(CODE, find)

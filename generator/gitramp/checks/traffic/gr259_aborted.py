"""GR259: a canary that was aborted gets no traffic."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR259",
    "an aborted canary with traffic",
    "Somebody, or an alert, took the canary out for a reason that is still said: one of the two lines is a mistake.",
    "leave `weight`, `match` and `mirror` out, or start the canary again: `gitramp canary start` takes `aborted` away",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield what gives traffic to each canary that says why it has none."""
    for service in environment.services.values():
        canary = service.canary
        if canary is None or not canary.aborted:
            continue
        said = {"weight": f"{canary.weight} %", "match": "what matches", "mirror": f"copies of {canary.mirror} %"}
        for key, gets in said.items():
            if getattr(canary, key):
                reason = show(canary.aborted, 120)
                message = f"canary {canary.track} of {service.name} gets {gets} and is aborted: {reason}"
                yield Breach(message, canary.at(key))


RULE = EnvironmentRule(CODE, find)

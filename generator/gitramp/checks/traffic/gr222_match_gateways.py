"""GR222: a match names gateways through which the service's requests come."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.matches import matches
from gitramp.checks.routes import MESH
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import did_you_mean

CODE = Code(
    "GR222",
    "a match on a gateway that does not offer the service",
    "No request of the service comes through it, so the match is dead.",
    "name one of the service's gateways, or `mesh`",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each gateway in a match that is none of the service's own."""
    for service, match in matches(environment):
        known = [*(gateway.name for gateway in environment.gateways_of(service)), MESH]
        for position, name in enumerate(match.gateways):
            if name not in known:
                remedy = did_you_mean(name, known, f"gateways of {service.name}: {', '.join(known)}")
                message = f"{service.name} is not offered at gateway {name}"
                yield Breach(message, match.at("gateways", position), remedy=remedy)


RULE = EnvironmentRule(CODE, find)

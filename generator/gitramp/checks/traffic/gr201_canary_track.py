"""GR201: the canary's track is one of the service's tracks."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import did_you_mean

CODE = Code(
    "GR201",
    "a canary on a track that is not there",
    "A route to a track that is not deployed answers 503 for its share of the traffic.",
    "name one of the service's tracks, or add the track",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each canary whose track the service does not have."""
    for service in environment.services.values():
        canary = service.canary
        if canary is not None and canary.track not in service.tracks:
            remedy = did_you_mean(
                canary.track, service.tracks, f"tracks of {service.name}: {', '.join(service.tracks)}"
            )
            message = f"canary track {canary.track} is no track of {service.name}"
            yield Breach(message, canary.at("track"), remedy=remedy)


RULE = EnvironmentRule(CODE, find)

"""GR225: a track that gets requests has pods."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Service
from gitramp.problem import Code

CODE = Code(
    "GR225",
    "traffic for a track without pods",
    "Requests to a track of 0 replicas are answered 503.",
    "give the track replicas, or take its traffic away",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each track of 0 replicas that is stable or a canary with traffic."""
    for service in environment.services.values():
        for name, what in _served(service):
            track = service.tracks.get(name)
            if track is not None and track.autoscaling is None and track.replicas == 0:
                yield Breach(f"{what} {name} of {service.name} gets requests and has no pods", track.at("replicas"))


def _served(service: Service) -> Iterator[tuple[str, str]]:
    canary = service.canary
    if canary is None or canary.weight < 100:
        yield service.stable, "stable track"
    if canary is not None and (canary.weight or canary.match or canary.mirror):
        yield canary.track, "canary"


RULE = EnvironmentRule(CODE, find)

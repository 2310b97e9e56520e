"""GR203: a service says which of its tracks is stable, and has it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Service
from gitramp.problem import Code
from gitramp.source import did_you_mean

CODE = Code(
    "GR203",
    "a service without a stable track",
    "The stable track takes whatever the canary does not; with several tracks, guessing one would send traffic there.",
    "set `stable` to one of the service's tracks",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each service whose stable track is not said or not there."""
    for service in environment.services.values():
        if not service.tracks:
            yield Breach(f"{service.name} has no tracks", service.at("tracks"), remedy="add a track")
        elif not service.stable:
            tracks = ", ".join(service.tracks)
            yield Breach(f"{service.name} has the tracks {tracks}, but no `stable`", service.pointer)
        elif service.stable not in service.tracks:
            yield _unknown(service)


def _unknown(service: Service) -> Breach:
    remedy = did_you_mean(service.stable, service.tracks, f"tracks of {service.name}: {', '.join(service.tracks)}")
    message = f"stable track {service.stable} is no track of {service.name}"
    return Breach(message, service.at("stable"), remedy=remedy)


RULE = EnvironmentRule(CODE, find)

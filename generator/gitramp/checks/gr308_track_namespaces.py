"""GR308: each track of a service has a namespace of its own."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Service
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR308",
    "tracks that share a namespace",
    "The objects of every track carry the service's name, so in one namespace they would be one object; tracks beside "
    "each other in a namespace are not supported yet.",
    "give each track a namespace of its own, or leave `namespace` out",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each track whose namespace is the apex's or that of another track of the service."""
    for service in environment.services.values():
        yield from _of_service(environment, service)


def _of_service(environment: Environment, service: Service) -> Iterator[Breach]:
    taken = {environment.namespaces.apex: f"the address of {show(service.name)}"}
    for track in service.tracks.values():
        namespace = environment.track_namespace(track)
        if namespace in taken:
            message = f"namespace {show(namespace)} of track {show(track.name)} already holds {taken[namespace]}"
            yield Breach(message, track.at("namespace"))
        taken.setdefault(namespace, f"track {show(track.name)}")


RULE = EnvironmentRule(CODE, find)

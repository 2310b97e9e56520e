"""GR308: tracks that share a namespace do so by the service's own word."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code, Severity
from gitramp.source import show

CODE = Code(
    "GR308",
    "tracks that share a namespace by chance",
    "In a namespace that several tracks share, the objects of each carry its name. When the second track comes, or "
    "goes, the first one's objects are renamed, which replaces its pods.",
    "say `namespace` at the service: then every track's objects carry its name from the beginning",
    severity=Severity.WARNING,
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each track in the namespace of another one, where the service does not say that namespace."""
    for service in environment.services.values():
        taken: dict[str, str] = {}
        for track in service.tracks.values():
            namespace = environment.track_namespace(service, track)
            other = taken.setdefault(namespace, track.name)
            if other != track.name and not service.namespace:
                message = f"namespace {show(namespace)} of track {show(track.name)} is track {show(other)}'s too"
                yield Breach(message, track.at("namespace"))


RULE = EnvironmentRule(CODE, find)

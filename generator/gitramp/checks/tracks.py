"""The containers that overlays describe, each with the track it belongs to.

Owns the walk, so that rules about containers say only what they ask. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.model import Environment, Service, Track
from gitramp.model.container import Container, SideContainer


def tracks(environment: Environment) -> Iterator[tuple[Service, Track]]:
    """Yield every track of every service."""
    for service in environment.services.values():
        yield from ((service, track) for track in service.tracks.values())


def side_containers(track: Track) -> Iterator[SideContainer]:
    """Yield the containers beside a track's own."""
    yield from track.init_containers.values()
    yield from track.sidecars.values()


def containers(environment: Environment) -> Iterator[tuple[Track, Container]]:
    """Yield every container of every track, the track's own among them."""
    for _, track in tracks(environment):
        yield track, track
        yield from ((track, side) for side in side_containers(track))

"""The containers that overlays describe, each with the track it belongs to.

Owns the walk, so that rules about containers say only what they ask. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.model import Environment, PodTemplate, Service, Track
from gitramp.model.container import Container, SideContainer


def tracks(environment: Environment) -> Iterator[tuple[Service, Track]]:
    """Yield every track of every service."""
    for service in environment.services.values():
        yield from ((service, track) for track in service.tracks.values())


def templates(environment: Environment) -> Iterator[tuple[Track, PodTemplate]]:
    """Yield what every pod is made from, tracks and the jobs that live with them, each with its track."""
    for service, track in tracks(environment):
        yield track, track
        yield from ((track, job) for job in service.jobs_of(track))


def side_containers(template: PodTemplate) -> Iterator[SideContainer]:
    """Yield the containers beside a pod's own."""
    yield from template.init_containers.values()
    yield from template.sidecars.values()


def containers(environment: Environment) -> Iterator[Container]:
    """Yield every container of every track and job, their own among them."""
    for _, template in templates(environment):
        yield template
        yield from side_containers(template)

"""Who may speak to whom, and how that is proved: every object of it, for all tracks alike.

Owns the order of what `authentication` and its neighbours render. A canary has what stable has, because nothing here
is said per track. Must not know pods or routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gitramp.expand.authentication import port_exceptions
from gitramp.expand.authorization import at_waypoint, callers, default_deny
from gitramp.expand.egress import sidecar
from gitramp.expand.external import externals
from gitramp.expand.network import closed_namespaces, network_policy
from gitramp.expand.tokens import tokens
from gitramp.model import Environment, Service
from gitramp.resource import Manifest


def trust(environment: Environment, services: Iterable[Service]) -> Iterator[Manifest]:
    """Yield the policies of an environment, and those of some of its services."""
    yield from default_deny(environment)
    yield from closed_namespaces(environment)
    yield from externals(environment)
    for service in services:
        yield from at_waypoint(environment, service)
        for track in service.tracks.values():
            yield from callers(environment, service, track)
            yield from tokens(environment, service, track)
            yield from sidecar(environment, service, track)
            yield from network_policy(environment, service, track)
            yield from port_exceptions(environment, service, track)

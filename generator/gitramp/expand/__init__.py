"""From the model to the objects that a cluster and a mesh need: the expansion.

Owns what is rendered and its order. Total on an environment that passed the checks. Must not know files, YAML or Git.
To add a field to a Deployment see `servers`, to its pods `pod` and `container`; to routes see `routing`; to who may
call whom see `trust`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gitramp.expand.balancing import destination_rules
from gitramp.expand.delivery import delivered
from gitramp.expand.entries import entries, entries_elsewhere, routes
from gitramp.expand.external_secrets import external_secrets
from gitramp.expand.jobs import digested, jobs
from gitramp.expand.limits import limits
from gitramp.expand.own import own_manifests
from gitramp.expand.platform import namespaces
from gitramp.expand.routing import apex
from gitramp.expand.scaling import scaling
from gitramp.expand.servers import servers
from gitramp.expand.trust import trust
from gitramp.expand.workload import workload
from gitramp.model import Environment
from gitramp.resource import Manifest, ManifestSet

__all__ = ["deliver", "expand"]


def expand(environment: Environment, only: Collection[str] = ()) -> ManifestSet:
    """Return every object that an environment itself is made of, in one stable order; of some services only, or all."""
    return ManifestSet.of(_manifests(environment, only), entries_elsewhere(environment))


def deliver(environment: Environment, manifests: ManifestSet) -> ManifestSet:
    """Return an environment's objects as its controller wants them, with those that the controller itself reads."""
    return ManifestSet.of(delivered(environment, tuple(digested(manifests))), manifests.elsewhere)


def _manifests(environment: Environment, only: Collection[str]) -> Iterator[Manifest]:
    services = tuple(s for s in environment.services.values() if not only or s.name in only)
    yield from namespaces(environment)
    yield from limits(environment)
    yield from entries(environment)
    for service in services:
        yield apex(environment, service)
        yield from routes(environment, service)
        yield from external_secrets(environment, service)
        for track in service.tracks.values():
            yield from workload(environment, service, track)
            yield servers(environment, service, track)
            yield from jobs(environment, service, track)
            yield from scaling(environment, service, track)
            yield from destination_rules(environment, service, track)
    yield from trust(environment, services)
    yield from own_manifests(environment)

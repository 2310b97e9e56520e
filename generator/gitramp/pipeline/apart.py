"""Which services have to be expanded to compare two revisions of an environment.

Owns what the objects of one service are made from: its own values, those of services that it names or that name it as
caller or callee, and what belongs to no service, which is always expanded. Leaving the others out can hide nothing.
Must not know how objects are made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gitramp.changes import fields
from gitramp.model import Environment, Service
from gitramp.model.callers import callers_of
from gitramp.resource import GroupVersionKind, ManifestSet
from gitramp.source import Values

Modelled = tuple[Values, Environment]
_MADE_OF = frozenset({"apiVersion", "components", "extends", "include", "kind", "parity", "policy", "tests"})
"""What is rendered of these stands at the services already, or nothing is."""


def apart(old: Modelled, new: Modelled) -> frozenset[str]:
    """Return the services that differ, with their neighbours; none when something differs that all are made from.

    A patch may be of any object, so that all are needed.
    """
    (was, before), (is_, after) = old, new
    if before.patches or after.patches or before.attached != after.attached:
        return frozenset()
    paths = [each.path for each in fields.differing(was.plain(), is_.plain()) if each.path[0] not in _MADE_OF]
    if not all(len(path) > 1 and path[0] == "services" for path in paths):
        return frozenset()
    differing = {path[1] for path in paths}
    return frozenset(differing.union(*(_near(differing, environment) for environment in (before, after))))


def _near(differing: Collection[str], environment: Environment) -> Iterator[str]:
    """Yield the services that services name, those that name them, and those whose hosts may be theirs, too."""
    hosts = {host for name in differing if name in environment.services for host in environment.services[name].hosts}
    for service in environment.services.values():
        named = {*_named(service)}
        if service.name in differing:
            yield from named.intersection(environment.services)
        elif not named.isdisjoint(differing) or not hosts.isdisjoint(service.hosts) or _takes_any(service):
            yield service.name


def _named(service: Service) -> Iterator[str]:
    yield from (caller.name for caller in callers_of(service) if not caller.namespace)
    yield from service.calls or ()


def _takes_any(service: Service) -> bool:
    """Whether a service takes hosts that it does not name: another one's, once that lets go of it."""
    return any(host.startswith("*") for host in service.hosts)


def kinds_of(manifests: ManifestSet) -> frozenset[tuple[GroupVersionKind, str]]:
    """Return the kinds of objects, each with the namespaces in which there are some."""
    return frozenset((manifest.id.gvk, manifest.id.namespace) for manifest in manifests)

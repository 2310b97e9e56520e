"""An environment as it was and as it is.

Owns the two states and the services that may be told apart in them. Must not know what is asked about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gitramp import body
from gitramp.model import Environment, Service
from gitramp.ordering.trees import Trees
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import Values

_ROUTING = frozenset({"Gateway", "VirtualService", "HTTPRoute", "Service", "ReferenceGrant"})


@dataclass(frozen=True, slots=True)
class State:
    """One environment at one moment: its values, its model, its objects."""

    values: Values
    environment: Environment
    manifests: ManifestSet


@dataclass(frozen=True, slots=True)
class Compared:
    """One environment of two moments; `before` is None for one that is new, `after` for one that is gone."""

    before: State | None
    after: State | None
    trees: Trees

    def services(self) -> Iterator[tuple[Service | None, Service | None]]:
        """Yield the services for which requests may be answered otherwise, before and after."""
        old = self.before.environment.services if self.before else {}
        new = self.after.environment.services if self.after else {}
        moved = {change.key for change in self.trees.changes.values()}
        own = {m.service for key in moved for m in self.trees.both(key)}
        all_of_them, hosts = _widely(self.trees)
        for name in {**new, **old}:
            listed = {host for each in (old.get(name), new.get(name)) if each for host in each.hosts}
            if all_of_them or name in own or not listed.isdisjoint(hosts):
                yield old.get(name), new.get(name)


def compared(before: State | None, after: State | None) -> Compared:
    """Hold two states against each other."""
    nothing = ManifestSet(())
    trees = Trees.of(before.manifests if before else nothing, after.manifests if after else nothing)
    return Compared(before, after, trees)


def _widely(trees: Trees) -> tuple[bool, set[str]]:
    """Say whether what belongs to no service changes for all of them, and else for which hosts."""
    hosts: set[str] = set()
    for change in trees.changes.values():
        both = [m for m in (change.before, change.after) if m is not None]
        if change.key.kind not in _ROUTING or any(m.service for m in both):
            continue
        if len(both) < 2 or _without_hosts(both[0]) != _without_hosts(both[1]):
            return True, hosts
        hosts |= set(_hosts(both[0])) ^ set(_hosts(both[1]))
    return False, hosts


def _servers(manifest: Manifest) -> list[Any]:
    return [server for _, server in body.items(manifest.body, "spec", "servers")]


def _without_hosts(manifest: Manifest) -> Any:
    servers = [{**body.mapping(server), "hosts": ()} for server in _servers(manifest)]
    spec = {**body.mapping(manifest.body, "spec"), "servers": servers}
    return {**manifest.body, "spec": spec}


def _hosts(manifest: Manifest) -> Iterator[str]:
    for server in _servers(manifest):
        for at, _ in body.items(server, "hosts"):
            yield body.text(server, *at).rpartition("/")[2]

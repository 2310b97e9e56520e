"""An environment as it was and as it is.

Owns the two states and the services that may be told apart in them. Must not know what is asked about them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from gitramp import body
from gitramp.changes.edits import Edits
from gitramp.changes.leaves import Line, files, lines
from gitramp.model import Environment, Service
from gitramp.ordering.trees import Change, Trees
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import Values

NO_EDITS = Edits()
_ROUTING = frozenset({"Gateway", "VirtualService", "HTTPRoute", "Service", "ReferenceGrant"})


@dataclass(frozen=True, slots=True)
class State:
    """One environment at one moment: its values, its model, its objects."""

    values: Values
    environment: Environment
    manifests: ManifestSet


@dataclass(frozen=True, slots=True)
class Compared:
    """One environment of two moments; `before` is None for one that is new, `after` for one that is gone.

    `lines` are the edited ones, and `beside` the objects that differ and are another controller's to apply.
    """

    before: State | None
    after: State | None
    trees: Trees
    lines: tuple[Line, ...] = ()
    beside: tuple[Change, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """All objects that differ, those beside the environment's own included."""
        return (*self.trees.changes.values(), *self.beside)

    @property
    def is_wide(self) -> bool:
        """Whether what belongs to no service changes for all of them."""
        return _widely(self.trees)[0]

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

    def own_routes(self, kinds: Collection[str]) -> Iterator[tuple[Manifest | None, Manifest | None]]:
        """Yield the routes that no service has, before and after, whose requests may be answered otherwise."""
        all_of_them, _ = _widely(self.trees)
        for key in (key for kind in kinds for key in self.trees.keys(kind)):
            if not any(m.service for m in self.trees.both(key)) and (all_of_them or key in self.trees.changes):
                yield self.trees.before.get(key), self.trees.after.get(key)


def compared(
    before: State | None, after: State | None, edited: Edits = NO_EDITS, moved: Collection[str] = ()
) -> Compared:
    """Hold two states against each other; `moved` are the files that are edited, and `edited` their lines."""
    nothing = ManifestSet(())
    one, other = (each.manifests if each else nothing for each in (before, after))
    beside = tuple(Trees.of(_beside(one), _beside(other)).changes.values())
    said: tuple[Line, ...] = ()
    if before is not None and after is not None:
        said = lines(before.values, after.values, edited)
        said += tuple(files(before.values, after.values, moved, edited))
    return Compared(before, after, Trees.of(one, other), said, beside)


def _beside(manifests: ManifestSet) -> ManifestSet:
    """Return the objects beside an environment's own, as objects of an environment."""
    return ManifestSet.of(replace(m, beside="") for m in manifests if m.beside)


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

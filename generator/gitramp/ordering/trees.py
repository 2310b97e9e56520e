"""Two states of one environment's objects, before a commit and after it, and what tells them apart.

Owns which objects change, and which world each choice of "applied already" makes. Must not know what an object is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gitramp.resource import Manifest, ManifestSet


class Key(NamedTuple):
    """An object whatever the version of its API: one that moves to another version is not created anew."""

    group: str
    kind: str
    namespace: str
    name: str


def key_of(manifest: Manifest) -> Key:
    """Return the key of an object."""
    return Key(manifest.id.gvk.group, manifest.id.gvk.kind, manifest.id.namespace, manifest.id.name)


def namespace_key(name: str) -> Key:
    """Return the key of a Namespace."""
    return Key("", "Namespace", "", name)


@dataclass(frozen=True, slots=True)
class Change:
    """One object that a controller creates, updates or deletes, in one step."""

    key: Key
    before: Manifest | None
    after: Manifest | None


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """The objects before and after, and those among them that differ."""

    base: ManifestSet
    head: ManifestSet
    before: Mapping[Key, Manifest]
    after: Mapping[Key, Manifest]
    changes: Mapping[Key, Change]

    @classmethod
    def of(cls, base: ManifestSet, head: ManifestSet, *, prune: bool = True) -> Trees:
        """Compare two states; without `prune` what is gone from the tree stays in the cluster, so it never changes."""
        before, after = _applied(base), _applied(head)
        if not prune:
            after = {**{key: manifest for key, manifest in before.items() if key not in after}, **after}
        changes = (Change(key, before.get(key), after.get(key)) for key in {**before, **after})
        differing = {c.key: c for c in changes if _body(c.before) != _body(c.after)}
        return cls(base, head, before, after, differing)

    def both(self, key: Key) -> Iterator[Manifest]:
        """Yield the object as it was, and as it will be."""
        yield from (m for m in (self.before.get(key), self.after.get(key)) if m is not None)

    def keys(self, kind: str, group: str | None = None) -> Iterator[Key]:
        """Yield the objects of a kind, before or after, each once."""
        listed = (*self.base.of_kind(kind), *self.head.of_kind(kind))
        found = dict.fromkeys(key_of(m) for m in listed if not m.beside)
        yield from (key for key in found if group is None or key.group == group)


def _applied(manifests: ManifestSet) -> dict[Key, Manifest]:
    """Return what is applied as the environment; what lies beside it is another controller's."""
    return {key_of(m): m for m in manifests if not m.beside}


def _body(manifest: Manifest | None) -> object:
    return None if manifest is None else manifest.body

"""Kubernetes objects as gitramp renders them: identity, body, and where each field came from.

Owns `GroupVersionKind`, `ResourceId`, `Traced`, `Manifest`, `Breach` and `ManifestSet`. Must not know what any kind
means, nor YAML or the overlay format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gitramp.pointer import Pointer


class GroupVersionKind(NamedTuple):
    """Type of an object; `group` is empty for the core group."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        """The `apiVersion` field: `apps/v1`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version


class ResourceId(NamedTuple):
    """Identity of an object in a cluster; `namespace` is empty for a cluster-scoped one."""

    gvk: GroupVersionKind
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.gvk.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.gvk.kind} {self.name}"


class Traced(NamedTuple):
    """A value with the overlay pointers it was made from; `how` is the derivation when it was computed."""

    value: Any
    pointers: tuple[Pointer, ...]
    how: str = ""


class Origin(NamedTuple):
    """Where a rendered field came from: overlay pointers and, when it was computed, the derivation."""

    pointers: tuple[Pointer, ...]
    how: str = ""


def traced(value: Any, *pointers: Pointer, how: str = "") -> Traced:
    """Mark a value as made from the overlay values at `pointers`."""
    return Traced(value, pointers, how)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object: its body as plain data, and the origin of the fields that an overlay decides.

    `owner` is the overlay pointer of what the object exists for (a track, a service, a gateway); `service` the
    service whose folder it lives in, empty for objects of the environment itself; `beside` the folder outside of the
    environment's own that it lives in, for objects that another controller applies; `changed_by` the overlay pointers
    of the patches that were applied to it.
    """

    id: ResourceId
    body: Mapping[str, Any]
    origins: Mapping[Pointer, Origin]
    owner: Pointer
    service: str = ""
    beside: str = ""
    changed_by: tuple[Pointer, ...] = ()

    @classmethod
    def of(
        cls, gvk: GroupVersionKind, tree: Mapping[str, Any], owner: Pointer, service: str = "", beside: str = ""
    ) -> Manifest:
        """Build from a tree that starts at `metadata` and may hold `Traced` values anywhere."""
        origins: dict[Pointer, Origin] = {}
        body = {"apiVersion": gvk.api_version, "kind": gvk.kind, **_untrace(tree, (), origins)}
        metadata = body["metadata"]
        identity = ResourceId(gvk, metadata.get("namespace", ""), metadata["name"])
        return cls(identity, body, origins, owner, service, beside)

    def origin(self, pointer: Pointer) -> Origin:
        """Return where the field at `pointer` came from: its own origin, that of a field around it, or the owner."""
        for depth in range(len(pointer), 0, -1):
            found = self.origins.get(pointer[:depth])
            if found:
                rest = pointer[depth:]
                return Origin(tuple(p + rest for p in found.pointers), found.how)
        return Origin((self.owner,))

    def field(self, pointer: Pointer) -> tuple[Pointer, Any]:
        """Return the value at a pointer, and the pointer with key "1" told from position 1: texts spell both alike.

        Raises LookupError or TypeError when the object has no such field.
        """
        value: Any = self.body
        exact: list[str | int] = []
        for step in pointer:
            exact.append(step if isinstance(value, list) else _key(value, step))
            value = value[exact[-1]]
        return tuple(exact), value


def _key(mapping: Mapping[str, Any], step: str | int) -> str:
    if isinstance(step, str) or str(step) in mapping:
        return str(step)
    # jsonschema-rs 0.46 gives the key "01" as the number 1.
    return next((key for key in mapping if key.lstrip("0") == str(step)), str(step))


def _untrace(tree: Any, at: Pointer, origins: dict[Pointer, Origin]) -> Any:
    if isinstance(tree, Traced):
        origins[at] = Origin(tree.pointers, tree.how)
        return _untrace(tree.value, at, origins)
    if isinstance(tree, dict):
        return {key: _untrace(value, (*at, key), origins) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [_untrace(value, (*at, position), origins) for position, value in enumerate(tree)]
    return tree


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach of a rule or schema: what is wrong, where, and the remedy when the code's own is too general.

    `pointer` leads into `manifest` or, without one, into the merged overlay; `related` are further places.
    """

    message: str
    pointer: Pointer
    manifest: Manifest | None = None
    remedy: str = ""
    related: tuple[Elsewhere, ...] = ()


class Elsewhere(NamedTuple):
    """Another place that a breach is about: what stands there, and a pointer as that of the breach."""

    message: str
    pointer: Pointer
    manifest: Manifest | None = None


ALL = "*"


@dataclass(frozen=True, slots=True, eq=False)
class ManifestSet:
    """The objects of one environment, in one stable order; `elsewhere` are others that they may count on.

    Two sets are the same only when they are one: so what was found out about a set can be kept by it, as indexes are.
    `looked_at` notes the kinds that somebody asked for, `ALL` for whoever went through the whole set; it is cleared by
    whoever wants to know what a rule reads.
    """

    manifests: tuple[Manifest, ...]
    elsewhere: frozenset[ResourceId] = frozenset()
    kinds: Mapping[str, tuple[Manifest, ...]] = field(default_factory=dict)
    looked_at: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, manifests: Iterable[Manifest], elsewhere: Iterable[ResourceId] = ()) -> ManifestSet:
        """Sort by namespace, service, kind and name."""
        in_order = sorted(manifests, key=lambda m: (m.id.namespace, m.service, m.id.gvk.kind, m.id))
        kinds: dict[str, list[Manifest]] = {}
        for manifest in in_order:
            kinds.setdefault(manifest.id.gvk.kind, []).append(manifest)
        return cls(tuple(in_order), frozenset(elsewhere), {kind: tuple(of) for kind, of in kinds.items()})

    def __iter__(self) -> Iterator[Manifest]:
        self.looked_at.add(ALL)
        return iter(self.manifests)

    def __len__(self) -> int:
        return len(self.manifests)

    def of_kind(self, kind: str) -> Iterator[Manifest]:
        """Yield the objects of one kind, whatever its group."""
        self.looked_at.add(kind)
        return iter(self.kinds.get(kind, ()))

"""Objects that the user wrote, as they stand in files beside the overlays.

Owns that they keep their body and that each field leads back to its line. Must not know any kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitramp.model import Environment
from gitramp.pointer import Pointer
from gitramp.resource import GroupVersionKind, Manifest, Origin, ResourceId


def own_manifests(environment: Environment) -> Iterator[Manifest]:
    """Yield the objects of each file that `manifests` names."""
    for _, said in sorted(environment.manifests.items()):
        for position, document in enumerate(said.documents):
            yield _manifest(document, said.at("documents", position))


def _manifest(document: Mapping[str, Any], at: Pointer) -> Manifest:
    group, _, version = document["apiVersion"].rpartition("/")
    metadata = document["metadata"]
    gvk = GroupVersionKind(group, version, document["kind"])
    known = ResourceId(gvk, metadata.get("namespace") or "", metadata["name"])
    origins: dict[Pointer, Origin] = {(key,): Origin(((*at, key),)) for key in document}
    return Manifest(known, document, origins, at)

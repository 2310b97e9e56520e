"""GR361: a cluster has one object of a kind and a name in a namespace."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet

CODE = Code(
    "GR361",
    "two objects with one identity",
    "The cluster keeps one object of a kind, namespace and name: whichever is applied last, and at every sync again.",
    "choose another name or namespace for one of them",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each object that an earlier one already is, the user's own last; versions of a kind are no matter."""
    known: dict[tuple[str, str, str, str], Manifest] = {}
    for manifest in sorted(manifests, key=lambda each: each.owner[:1] == ("manifests",)):
        gvk = manifest.id.gvk
        other = known.setdefault((gvk.group, gvk.kind.lower(), manifest.id.namespace, manifest.id.name), manifest)
        if other is not manifest:
            whose = f", of service {other.service}" if other.service else ""
            yield Breach(f"{manifest.id} is there already{whose}", ("metadata", "name"), manifest)


RULE = ManifestRule(CODE, find)

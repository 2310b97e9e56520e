"""GR902: a selector of workloads says a label."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR902",
    "a selector that chooses everything",
    "A selector without labels is as none: what is said for it holds for every workload of the namespace, or, in "
    "Istio's root namespace, of the mesh.",
    "name a label, or leave the selector out if all are meant",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/type/workload-selector/",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield the selector without labels."""
    at = mesh_objects.selector_at(manifest)
    said = isinstance(body.field(manifest.body, *at), dict)
    if said and not body.mapping(manifest.body, *mesh_objects.labels_at(manifest)):
        yield Breach(f"{at[-1]} has no labels", at, manifest)


RULE = ObjectRule(CODE, frozenset(mesh_objects.SELECTOR), find)

"""GR901: a selector of workloads names labels that a workload can have."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, names
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR901",
    "a selector that no workload can fit",
    "Labels are compared as they are: `*` is no wildcard there, and istiod refuses it. What else no label can be it "
    "takes, and the object is for nothing.",
    "name labels that all of the workloads share",
    source="https://istio.io/latest/docs/reference/config/type/workload-selector/",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each label of a selector whose key or value no label can have."""
    at = mesh_objects.labels_at(manifest)
    for key, value in body.mapping(manifest.body, *at).items():
        if fault := names.label_key(key):
            yield Breach(f"the selector's label {show(key)} {fault}", (*at, key), manifest)
        if isinstance(value, str) and (fault := names.label_value(value)):
            yield Breach(f"the selector's label {show(key)} has the value {show(value)}, which {fault}", at, manifest)


RULE = ObjectRule(CODE, frozenset(mesh_objects.SELECTOR), find)

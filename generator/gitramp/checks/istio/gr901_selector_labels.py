"""GR901: a selector of workloads names whole labels."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR901",
    "a wildcard in a selector of workloads",
    "Labels are compared as they are: `*` is no wildcard there, so istiod refuses it, and a label without a key.",
    "name labels that all of the workloads share",
    source="https://istio.io/latest/docs/reference/config/type/workload-selector/",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each label of a selector with a wildcard or without a key."""
    at = mesh_objects.labels_at(manifest)
    for key, value in body.mapping(manifest.body, *at).items():
        if not key:
            yield Breach("the selector has a label without a key", at, manifest)
        if "*" in key or (isinstance(value, str) and "*" in value):
            yield Breach(f"the selector wants {show(key)}: {body.shown(value)}", (*at, key), manifest)


RULE = ObjectRule(CODE, frozenset(mesh_objects.SELECTOR), find)

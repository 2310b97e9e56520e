"""GR904: a policy is attached to what it can be attached to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR904",
    "a targetRef to what no policy can be attached to",
    "A policy is for a Service, a ServiceEntry, or a Gateway or GatewayClass of Gateway API, in its own namespace.",
    "name one of the four, with its group, and no namespace",
    source="https://istio.io/latest/docs/reference/config/type/workload-selector/#PolicyTargetReference",
)
_GATEWAY_API = "gateway.networking.k8s.io"
_KINDS = {
    ("", "Service"),
    ("core", "Service"),
    ("networking.istio.io", "ServiceEntry"),
    (_GATEWAY_API, "Gateway"),
    (_GATEWAY_API, "GatewayClass"),
}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each reference to another kind, another namespace or to nothing."""
    for path in (("targetRef",), ("targetRefs", EACH)):
        for at, target in mappings(manifest.body, "spec", *path):
            yield from (Breach(message, where, manifest) for message, where in _faults(manifest, at, target))


def _faults(manifest: Manifest, at: Pointer, target: Any) -> Iterator[tuple[str, Pointer]]:
    group, kind, name = (body.text(target, key) for key in ("group", "kind", "name"))
    if namespace := body.text(target, "namespace"):
        yield f"the target is in namespace {show(namespace)}, and only one's own can be", (*at, "namespace")
    if mesh_objects.kind_of(manifest) == mesh_objects.ENVOY_FILTER:
        return
    if not name:
        yield "the target has no name", at
    if (group, kind) not in _KINDS:
        yield f"the target is of kind {show(f'{group}/{kind}'.removeprefix('/'))}", at


RULE = ObjectRule(CODE, mesh_objects.TARGETED | {mesh_objects.ENVOY_FILTER}, find)

"""GR913: a gateway is named as namespace/name."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import mesh_objects
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.checks.virtual_service import judged_gateways
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR913",
    "a gateway name of the old form",
    "istiod still reads name.namespace.svc.cluster.local as the name of a Gateway, and warns of it.",
    "name the gateway as namespace/name",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each gateway whose name has dots and no slash."""
    for at, name in judged_gateways(manifest):
        if "/" not in name and "." in name:
            gateway, namespace, *_ = name.split(".")
            remedy = f"write {show(f'{namespace}/{gateway}')}"
            yield Breach(f"gateway {show(name)} is named in the old form", at, manifest, remedy=remedy)


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

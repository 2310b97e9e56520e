"""GR912: a gateway is named as one can be called."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import mesh_objects
from gitramp.checks.mesh_names import dns_label, fqdn
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.checks.virtual_service import judged_gateways
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR912",
    "a gateway name that istiod refuses",
    "A Gateway is named as namespace/name, as a name in the VirtualService's own namespace, or is `mesh`.",
    "name the gateway as namespace/name",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each name that no Gateway can have."""
    for at, name in judged_gateways(manifest):
        namespace, slash, rest = name.partition("/")
        fault = (dns_label(namespace) or dns_label(rest)) if slash else fqdn(name)
        if fault:
            yield Breach(f"gateway {show(name)} {_where(namespace, slash)}{fault}", at, manifest)


def _where(namespace: str, slash: str) -> str:
    if not slash:
        return ""
    return "has a namespace that " if dns_label(namespace) else "has a name that "


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

"""GR215: a host has one VirtualService inside the mesh."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import routes
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR215",
    "two VirtualServices for one host in the mesh",
    "Sidecars do not merge them: the older object wins, and nothing in Git says which one that is.",
    "keep one VirtualService a host, bound to the gateways and to mesh alike",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0109/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each host that an earlier VirtualService, in the order of the set, has on the mesh."""
    owners: dict[str, str] = {}
    for virtual_service in routes.virtual_services(manifests):
        if all(name != routes.MESH for _, name in routes.gateway_names(virtual_service)):
            continue
        for at, host in routes.texts(virtual_service, "spec", "hosts"):
            owner = owners.setdefault(host, str(virtual_service.id))
            if owner != str(virtual_service.id):
                yield Breach(f"host {show(host)} has a VirtualService on the mesh: {owner}", at, virtual_service)


RULE = ManifestRule(CODE, find)

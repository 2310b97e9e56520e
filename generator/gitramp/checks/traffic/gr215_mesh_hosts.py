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
    "claim the host in one service only; its one VirtualService serves the gateways and the mesh alike",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0109/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each host that an earlier VirtualService, in the order of the set, has on the mesh."""
    owners: dict[tuple[str, ...], str] = {}
    for virtual_service in routes.virtual_services(manifests):
        if all(name != routes.MESH for _, name in routes.gateway_names(virtual_service)):
            continue
        own = str(virtual_service.id)
        for at, host in routes.texts(virtual_service, "spec", "hosts"):
            owner = owners.setdefault(_meant(host, virtual_service.id.namespace), own)
            if owner != own:
                yield Breach(f"host {show(host)} is routed by {owner} too, inside the mesh", at, virtual_service)


def _meant(host: str, namespace: str) -> tuple[str, ...]:
    """Name what a host stands for: a Service by name and namespace, however it is written, or any other name."""
    if "." not in host:
        return host.lower(), namespace
    name, space, *domain = host.lower().split(".", 3)
    return (name, space) if domain[:1] == ["svc"] and len(domain) > 1 else (host.lower(),)


RULE = ManifestRule(CODE, find)

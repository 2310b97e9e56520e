"""GR215: a host has one VirtualService inside the mesh."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.registry import Key, exported, key
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR215",
    "two VirtualServices for one host in the mesh",
    "Sidecars do not merge them: the older object wins, and nothing in Git says which one that is. Two that are "
    "exported to different namespaces do not meet.",
    "claim the host in one service only; its one VirtualService serves the gateways and the mesh alike",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0109/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each host that an earlier VirtualService, in the order of the set, has on the mesh of one namespace."""
    owners: dict[Key, list[tuple[str, frozenset[str]]]] = {}
    for virtual_service in routes.virtual_services(manifests):
        if all(name != routes.MESH for _, name in routes.gateway_names(virtual_service)):
            continue
        own, namespace = str(virtual_service.id), virtual_service.id.namespace
        seen_by = exported(body.field(virtual_service.body, "spec", "exportTo"), namespace)
        for at, host in routes.texts(virtual_service, "spec", "hosts"):
            known = owners.setdefault(key(host, namespace), [])
            other = next((each for each, seen in known if each != own and _meet(seen, seen_by)), None)
            if other is not None:
                yield Breach(f"host {show(host)} is routed by {other} too, inside the mesh", at, virtual_service)
            known.append((own, seen_by))


def _meet(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and ("*" in one | other or bool(one & other))


RULE = ManifestRule(CODE, find)

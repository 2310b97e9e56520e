"""The routes of VirtualServices: destinations, gateways, hosts.

Owns where a VirtualService keeps them and how its names are read. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

_GROUP = "networking.istio.io"
MESH = "mesh"


def virtual_services(manifests: ManifestSet) -> Iterator[Manifest]:
    """Yield Istio's VirtualServices."""
    return (m for m in manifests.of_kind("VirtualService") if m.id.gvk.group == _GROUP)


def gateways(manifests: ManifestSet) -> Iterator[Manifest]:
    """Yield Istio's Gateways, not those of Gateway API."""
    return (m for m in manifests.of_kind("Gateway") if m.id.gvk.group == _GROUP)


def routes(virtual_service: Manifest) -> Iterator[tuple[Pointer, Any]]:
    """Yield each list of weighted destinations, with the pointer to it."""
    for protocol in ("http", "tls", "tcp"):
        for rule, found in body.items(virtual_service.body, "spec", protocol):
            route = body.field(found, "route")
            if isinstance(route, list):
                yield (*rule, "route"), route


def weights(route: list[Any]) -> list[int]:
    """Return the weights of a route, 0 where none is said; none at all where one is no whole number (GR601)."""
    said = [body.field(destination, "weight") for destination in route]
    whole = all(each is None or body.number(each) is not None for each in said)
    return [body.number(each) or 0 for each in said] if whole else []


def texts(manifest: Manifest, *path: str | int) -> Iterator[tuple[Pointer, str]]:
    """Yield the texts of a list, with the pointers to them."""
    return ((at, text) for at, text in body.items(manifest.body, *path) if isinstance(text, str))


def gateway_names(virtual_service: Manifest) -> tuple[tuple[Pointer, str], ...]:
    """Return the gateways that a VirtualService names, in full; none named means the mesh."""
    named = tuple(texts(virtual_service, "spec", "gateways"))
    if not named:
        return ((("spec",), MESH),)
    own = virtual_service.id.namespace
    return tuple((at, name if name == MESH or "/" in name else f"{own}/{name}") for at, name in named)

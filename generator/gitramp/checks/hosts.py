"""The hosts that routes offer from outside, whatever kind of route it is.

Owns where each kind keeps them and what makes it a way in. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.routes import MESH, gateway_names, texts, virtual_services
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

_ANY = "*"
_API_GROUP, _API_ROUTES = "gateway.networking.k8s.io", ("HTTPRoute", "GRPCRoute", "TLSRoute")


def offered(manifests: ManifestSet, cluster_domain: str) -> Iterator[tuple[Manifest, Pointer, str]]:
    """Yield each host that a route takes at a gateway, `*` for all, with its place.

    Names inside the cluster are left out.
    """
    inside = (f".svc.{cluster_domain}", ".svc")
    for manifest, at, host in _routed(manifests):
        if ("." in host or host == _ANY) and not host.endswith(inside):
            yield manifest, at, host


def _routed(manifests: ManifestSet) -> Iterator[tuple[Manifest, Pointer, str]]:
    for manifest in virtual_services(manifests):
        if any(name != MESH for _, name in gateway_names(manifest)):
            yield from ((manifest, at, host) for at, host in texts(manifest, "spec", "hosts"))
    for kind in _API_ROUTES:
        for manifest in manifests.of_kind(kind):
            if manifest.id.gvk.group == _API_GROUP and _at_gateway(manifest):
                named = tuple(texts(manifest, "spec", "hostnames")) or ((("spec",), _ANY),)
                yield from ((manifest, at, host) for at, host in named)
    for manifest in manifests.of_kind("Ingress"):
        if body.field(manifest.body, "spec", "defaultBackend") is not None:
            yield manifest, ("spec", "defaultBackend"), _ANY
        for at, rule in body.items(manifest.body, "spec", "rules"):
            yield manifest, (*at, "host"), body.text(rule, "host") or _ANY


def _at_gateway(route: Manifest) -> bool:
    parents = (parent for _, parent in body.items(route.body, "spec", "parentRefs"))
    return any((body.text(parent, "kind") or "Gateway") == "Gateway" for parent in parents)

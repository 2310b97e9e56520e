"""The ways into an environment: each port of each gateway, and the mesh.

Owns which of them a preview can show. Must not know what is routed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gitramp import body
from gitramp.resource import Manifest, ManifestSet

MESH = "mesh"
ISTIO, GATEWAY_API = "networking.istio.io", "gateway.networking.k8s.io"
_PLAIN = frozenset({"HTTP", "HTTP2", "GRPC", "GRPC-WEB"})


@dataclass(frozen=True, slots=True, order=True)
class Door:
    """A way in: a gateway, `namespace/name`, or the mesh, its port, 0 for any; `tls` is not shown."""

    way_in: str
    port: int = 0
    tls: bool = False

    @property
    def name(self) -> str:
        """What Envoy calls its routes; a colon would be another letter in its statistics."""
        return f"{self.way_in}/{self.port}" if self.port else self.way_in


def doors(manifests: ManifestSet) -> tuple[Door, ...]:
    """Return the ways in, those of gateways first."""
    found: dict[tuple[str, int], Door] = {}
    for gateway in manifests.of_kind("Gateway"):
        way_in = f"{gateway.id.namespace}/{gateway.id.name}"
        for port, protocol in _ports(gateway):
            if protocol in _PLAIN or protocol == "HTTPS":
                found.setdefault((way_in, port), Door(way_in, port, protocol not in _PLAIN))
    for each in manifests.elsewhere:
        if each.gvk.kind == "Gateway":
            way_in = f"{each.namespace}/{each.name}"
            found.setdefault((way_in, 0), Door(way_in))
    return (*sorted(found.values()), Door(MESH))


def _ports(gateway: Manifest) -> Iterator[tuple[int, str]]:
    listed = ("servers", "port") if gateway.id.gvk.group == ISTIO else ("listeners",)
    for _, each in body.items(gateway.body, "spec", listed[0]):
        port = body.field(each, *listed[1:])
        number = body.number(port, "number") or body.number(port, "port")
        if number:
            yield number, body.text(port, "protocol").upper()

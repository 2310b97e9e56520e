"""The ports on which requests for a VirtualService come in: those of its gateways and, in the mesh, those of its hosts.

Owns the walk from both to their ports. Must not know any rule.
"""

from __future__ import annotations

from gitramp import body
from gitramp.checks.ingress import gateways
from gitramp.checks.registry import Registry
from gitramp.checks.routes import MESH, gateway_names, texts
from gitramp.resource import Manifest, ManifestSet


def arrivals(manifests: ManifestSet, virtual_service: Manifest) -> frozenset[int]:
    """Return the ports on which requests come in; none where the set does not know them all."""
    known: set[int | None] = set()
    bound = {name for _, name in gateway_names(virtual_service)}
    for name in bound - {MESH}:
        gateway = gateways(manifests).get(name)
        if gateway is None:
            return frozenset()
        known |= {body.number(s, "port", "number") for _, s in body.items(gateway.body, "spec", "servers")}
    for _, host in texts(virtual_service, "spec", "hosts") if MESH in bound else ():
        found = Registry.of(manifests).find(host, virtual_service.id.namespace)
        if not found:
            return frozenset()
        known |= {port.number for each in found for port in each.ports}
    return frozenset(number for number in known if number is not None)

"""GR911: the hosts of a VirtualService are hosts, each of them once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from gitramp.checks import addresses, mesh_objects, virtual_service
from gitramp.checks.fields import EACH, texts
from gitramp.checks.mesh_names import same_requests, sni_host, wildcard_host
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR911",
    "a VirtualService for hosts that istiod refuses",
    "A host is a DNS name, with a wildcard in front at most, or an IP address. `*` would take every call in the mesh, "
    "and two hosts of one object must not be for the same requests.",
    "list each host once, in full",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each host that is none, `*` in the mesh, and each pair of hosts for the same requests."""
    at_gateway = virtual_service.at_gateways_only(manifest)
    by_sni = any(True for _ in texts(manifest.body, "spec", "tls", EACH, "match", EACH, "sniHosts", EACH))
    form = sni_host if at_gateway and by_sni else wildcard_host
    said = list(texts(manifest.body, "spec", "hosts", EACH))
    sound = True
    for at, host in said:
        if (fault := form(host)) and addresses.ip(host):
            yield Breach(f"host {show(host)} {fault}", at, manifest)
            sound = False
        elif host == "*" and not at_gateway:
            yield Breach("host * is for all that the mesh calls", at, manifest, remedy="name the hosts, or the gateway")
            sound = False
    for (_, one), (at, other) in combinations(said, 2) if sound else ():
        if same_requests(one, other):
            yield Breach(f"hosts {show(one)} and {show(other)} are for the same requests", at, manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

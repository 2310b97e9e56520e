"""GR955: a ServiceEntry whose hosts are looked up when they are called has wildcards, and no addresses."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, service_entry
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR955",
    "a resolution DYNAMIC_DNS that istiod refuses",
    "The proxy looks up the name that each request or handshake names: so the hosts are wildcards, the protocols name "
    "hosts, and nothing says where they are.",
    "list wildcards, and ports for HTTP, HTTP2, GRPC or TLS; or choose another resolution",
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution",
)
_PROTOCOLS = {"http", "tls", "grpc", "http2"}
_WAYPOINT = "istio.io/use-waypoint"


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each host, address, endpoint and port that does not go with DYNAMIC_DNS."""
    if service_entry.resolution(manifest) != "DYNAMIC_DNS":
        return
    for at, host in service_entry.hosts(manifest):
        if not host.startswith("*"):
            yield Breach(f"host {show(host)} is no wildcard", at, manifest)
    for field in ("addresses", "endpoints"):
        if any(body.items(manifest.body, "spec", field)):
            yield Breach(f"DYNAMIC_DNS takes no {field}", ("spec", field), manifest)
    for at, port in service_entry.ports(manifest):
        protocol = body.text(port, "protocol")
        if protocol.lower() not in _PROTOCOLS:
            yield Breach(f"protocol {show(protocol)} names no host", (*at, "protocol"), manifest)
    waypoint = body.text(manifest.body, "metadata", "labels", _WAYPOINT)
    inside = body.text(manifest.body, "spec", "location") == "MESH_INTERNAL"
    if inside and waypoint and waypoint.lower() != "none":
        yield Breach("a waypoint serves no hosts of MESH_INTERNAL under DYNAMIC_DNS", ("spec", "location"), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.SERVICE_ENTRY}), find)

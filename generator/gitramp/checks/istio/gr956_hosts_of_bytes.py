"""GR956: a ServiceEntry with several hosts has protocols that name the host."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, mesh_protocols, service_entry
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR956",
    "several hosts on a port that cannot tell them apart",
    "Over HTTP and TLS a client names the host that it means. Over TCP it does not, so istiod refuses several hosts on "
    "one port, unless nothing is resolved.",
    "split the ServiceEntry, one host each, or say the port's protocol",
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each port of another protocol in a ServiceEntry with several hosts."""
    if service_entry.resolution(manifest) == "NONE" or len(service_entry.hosts(manifest)) < 2:
        return
    for at, port in service_entry.ports(manifest):
        protocol = body.text(port, "protocol")
        if not mesh_protocols.is_http(protocol) and not mesh_protocols.is_tls(protocol):
            said = f"protocol {show(protocol)} names" if protocol else "a port without a protocol names"
            yield Breach(f"{said} none of the {len(service_entry.hosts(manifest))} hosts", at, manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.SERVICE_ENTRY}), find)

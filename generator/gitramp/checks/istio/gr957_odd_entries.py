"""GR957: a ServiceEntry or WorkloadEntry says nothing that istiod takes only with a warning."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, mesh_protocols, service_entry
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR957",
    "an entry that does not work as it says",
    "Without an address a proxy tells TCP to one host from TCP to another by nothing but the port, so connections to "
    "other hosts are taken along; and what is selected is not called under NONE.",
    "say addresses, or a resolution under which the mesh gives the host one",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/analysis/ist0134/",
)
_ALLOCATION = "networking.istio.io/enable-autoallocate-ip"


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what istiod warns of."""
    if mesh_objects.kind_of(manifest) == mesh_objects.WORKLOAD_ENTRY:
        if _is_nowhere(body.field(manifest.body, "spec")):
            yield Breach("the workload has a network and no address", ("spec",), manifest)
        return
    resolution = service_entry.resolution(manifest)
    addressed = any(body.items(manifest.body, "spec", "addresses"))
    yield from _one_by_one(manifest, resolution, addressed=addressed)
    if resolution == "NONE" and isinstance(body.field(manifest.body, "spec", "workloadSelector"), dict):
        yield Breach("the resolution NONE selects no workloads", ("spec", "workloadSelector"), manifest)
    for at, endpoint in service_entry.endpoints(manifest) if resolution == "STATIC" else ():
        if _is_nowhere(endpoint):
            yield Breach("the endpoint has a network and no address", at, manifest)


def _one_by_one(manifest: Manifest, resolution: str, *, addressed: bool) -> Iterator[Breach]:
    refused = body.text(manifest.body, "metadata", "labels", _ALLOCATION).lower() == "false"
    for at, port in service_entry.ports(manifest):
        protocol = body.text(port, "protocol")
        if protocol in {"", "TCP"} and not addressed and (resolution == "NONE" or refused):
            yield Breach("the port is for TCP, and the host has no address", at, manifest)
    shared = addressed and resolution in service_entry.BY_DNS and len(service_entry.hosts(manifest)) > 1
    if shared and any(mesh_protocols.is_bytes(body.text(p, "protocol")) for _, p in service_entry.ports(manifest)):
        message = "several hosts share the addresses of a port for TCP"
        yield Breach(message, ("spec", "addresses"), manifest, remedy="split the ServiceEntry, one host each")


def _is_nowhere(entry: object) -> bool:
    return not body.text(entry, "address") and bool(body.text(entry, "network"))


RULE = ObjectRule(CODE, frozenset({mesh_objects.SERVICE_ENTRY, mesh_objects.WORKLOAD_ENTRY}), find)

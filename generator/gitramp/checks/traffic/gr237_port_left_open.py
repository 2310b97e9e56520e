"""GR237: a destination with several ports says which."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.arrivals import arrivals
from gitramp.checks.destinations import destinations
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR237",
    "a route that leaves the port open",
    "Of a Service with several ports the mesh takes the one on which the request came in: at a gateway that is the "
    "gateway's, which the Service need not have.",
    "say destination.port.number",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0112/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination without a port whose Service has several, and not all on which requests come in."""
    registry = Registry.of(manifests)
    for each in destinations(manifests):
        service = registry.service(each.host, each.manifest.id.namespace) if each.port is None else None
        if service is None or len(service.ports) < 2:
            continue
        coming = arrivals(manifests, each.manifest)
        if not coming or not coming <= {port.number for port in service.ports}:
            ports = ", ".join(str(port.number) for port in service.ports)
            yield Breach(f"destination {show(each.host)} has the ports {ports}, none is said", each.at, each.manifest)


RULE = ManifestRule(CODE, find)

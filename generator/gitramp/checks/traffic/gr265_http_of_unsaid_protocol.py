"""GR265: a port to which rules for requests lead says that it speaks HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.destinations import all_destinations
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR265",
    "a rule for requests to a port that does not say HTTP",
    "Where nothing is said, the mesh guesses from the first bytes of each connection; where it cannot tell, and where "
    "the port says TCP, connections pass as bytes: no match, no weight, no retry.",
    "say appProtocol: http at the port, or call it http or http-<suffix>",
    Severity.WARNING,
    source="https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
)

_SILENT = {"", "tcp", "mongo", "mysql", "redis", "udp"}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination of requests that is a port of a Service of no protocol or of bytes, once a port."""
    registry = Registry.of(manifests)
    told: set[tuple[int, int | None]] = set()
    for each in all_destinations(manifests):
        service = registry.service(each.host, each.manifest.id.namespace) if each.is_http else None
        port = service.port(each.port) if service is not None else None
        if service is None or port is None or port.protocol not in _SILENT or (id(service), port.number) in told:
            continue
        told.add((id(service), port.number))
        name = f"named {show(port.name)}" if port.name else "without a name"
        says = f"says {port.protocol}" if port.protocol else "does not say what it speaks"
        message = f"port {port.number} of {service.manifest.id}, {name}, {says}"
        used = (Elsewhere("the rule", each.rule, each.manifest),)
        yield Breach(message, port.at, service.manifest, related=used)


RULE = ManifestRule(CODE, find)

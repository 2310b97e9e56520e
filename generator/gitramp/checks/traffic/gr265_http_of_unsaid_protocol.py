"""GR265: a port to which http rules lead says that it speaks HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.destinations import destinations
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR265",
    "an http rule for a port whose protocol is not said",
    "The mesh guesses from the first bytes of each connection. Where it cannot tell, the connection passes as bytes: "
    "no match, no weight, no retry.",
    "say appProtocol: http at the port, or call it http or http-<suffix>",
    Severity.WARNING,
    source="https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each http destination that leads to a port of a Service without a protocol, once a port."""
    registry = Registry.of(manifests)
    told: set[tuple[int, int | None]] = set()
    for each in destinations(manifests):
        service = registry.service(each.host, each.manifest.id.namespace) if each.rule[1] == "http" else None
        port = service.port(each.port) if service is not None else None
        if service is None or port is None or port.protocol or (id(service), port.number) in told:
            continue
        told.add((id(service), port.number))
        name = f"named {show(port.name)}" if port.name else "without a name"
        message = f"port {port.number} of {service.manifest.id}, {name}, does not say what it speaks"
        used = (Elsewhere("the rule", each.rule, each.manifest),)
        yield Breach(message, port.at, service.manifest, related=used)


RULE = ManifestRule(CODE, find)

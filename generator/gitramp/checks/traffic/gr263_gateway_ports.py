"""GR263: a port of a Gateway is a port of the gateway's Service."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.ingress import gateway_pods, gateways
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import services_of, target_port
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR263",
    "a port of a Gateway that its Service does not have",
    "The gateway's pods open the port, and nobody outside can reach it: the Service in front of them leads elsewhere.",
    "add the port to the gateway's Service, or use one that it has",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/analysis/ist0162/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each server whose port is none of the Services of the pods that run it."""
    for name, pods in gateway_pods(manifests).items():
        gateway = gateways(manifests)[name]
        opened: set[int | None] = set()
        for pod in pods:
            for service in services_of(manifests).get(id(pod.manifest), ()):
                opened |= {number for port in service.ports for number in (port.number, target_port(port, pod))}
        offered = sorted(number for number in opened if number is not None)
        for at, server in body.items(gateway.body, "spec", "servers"):
            number = body.number(server, "port", "number")
            if offered and number is not None and number not in offered:
                message = f"port {number} is none of the gateway's Service, which has {', '.join(map(str, offered))}"
                yield Breach(message, (*at, "port", "number"), gateway)


RULE = ManifestRule(CODE, find)

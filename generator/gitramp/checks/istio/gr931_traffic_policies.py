"""GR931: a traffic policy says something, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses, mesh_objects, traffic_policies
from gitramp.checks.mesh_names import fqdn
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR931",
    "a traffic policy that istiod refuses",
    "A policy says something, that of a port says which port, and a tunnel leads to a host and port; the proxies "
    "tunnel connections or announce them with the PROXY protocol, not both.",
    "say what is meant, or leave the policy out",
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy",
)
_OF_PORTS = ("outlierDetection", "connectionPool", "loadBalancer", "tls")
_OF_HOSTS = (*_OF_PORTS, "tunnel", "proxyProtocol", "retryBudget")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each policy that says nothing or too much, and each tunnel that leads nowhere."""
    for at, policy in traffic_policies.policies(manifest):
        said = {field for field in _OF_HOSTS if isinstance(policy.get(field), dict)}
        if not said and not any(body.items(policy, "portLevelSettings")):
            yield Breach("the traffic policy says nothing", at, manifest)
        if {"tunnel", "proxyProtocol"} <= said:
            yield Breach("the traffic policy has tunnel and proxyProtocol", (*at, "tunnel"), manifest)
        for message, below in _tunnel(body.field(policy, "tunnel")):
            yield Breach(message, (*at, "tunnel", *below), manifest)
    for at, settings in traffic_policies.of_ports(manifest):
        if not isinstance(settings.get("port"), dict):
            yield Breach("the settings for a port do not say which", at, manifest)
        if not any(isinstance(settings.get(field), dict) for field in _OF_PORTS):
            yield Breach("the settings for a port say nothing", at, manifest)
    for at, pool in traffic_policies.pools(manifest):
        if not any(isinstance(pool.get(protocol), dict) for protocol in ("http", "tcp")):
            yield Breach("the connection pool says nothing", at, manifest)


def _tunnel(tunnel: Any) -> Iterator[tuple[str, Pointer]]:
    if not isinstance(tunnel, dict):
        return
    protocol, host, port = body.text(tunnel, "protocol"), body.text(tunnel, "targetHost"), tunnel.get("targetPort")
    if protocol not in {"", "CONNECT", "POST"}:
        yield f"a tunnel is by CONNECT or POST, not by {show(protocol)}", ("protocol",)
    if (fault := fqdn(host)) and addresses.ip(host):
        yield f"the tunnel's host {show(host)} {fault}", ("targetHost",)
    if fault := addresses.port(body.number(port)):
        yield f"the tunnel's port {body.shown(port)} {fault}", ("targetPort",)


RULE = ObjectRule(CODE, frozenset({mesh_objects.DESTINATION_RULE, mesh_objects.SIDECAR}), find)

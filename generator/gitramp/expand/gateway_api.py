"""The entries of Gateway API: Gateways for what comes from outside, and the waypoint of ambient mode.

Owns listeners. Must not know which track a request reaches. https://gateway-api.sigs.k8s.io/reference/spec/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.model import Environment, Gateway
from gitramp.resource import Manifest, traced

PLAIN, TLS = "http", "https"
WAYPOINT = "waypoint"
_NAMESPACE = "kubernetes.io/metadata.name"


def gateways(environment: Environment) -> Iterator[Manifest]:
    """Yield the Gateways that offer a service and that nobody else owns."""
    for gateway in environment.gateways.values():
        used = any(gateway in environment.gateways_of(service) for service in environment.services.values())
        if used and not gateway.ref:
            yield _gateway(environment, gateway)


def _gateway(environment: Environment, gateway: Gateway) -> Manifest:
    metadata = {
        "name": gateway.name,
        "namespace": traced(environment.gateway_namespace(gateway), gateway.at("namespace")),
        "labels": {**kinds.MANAGED, **kinds.own_labels(gateway)},
        **kinds.own_annotations(gateway),
    }
    allowed = {"namespaces": {"from": "Selector", "selector": {"matchLabels": {_NAMESPACE: _apex(environment)}}}}
    spec = {
        "gatewayClassName": traced(gateway.class_name, gateway.at("className")),
        "listeners": [{**listener, "allowedRoutes": allowed} for listener in _listeners(gateway)],
    }
    return Manifest.of(kinds.API_GATEWAY, {"metadata": metadata, "spec": spec}, gateway.pointer)


def _apex(environment: Environment) -> Any:
    return traced(environment.namespaces.apex, environment.namespaces.at("apex"))


def _listeners(gateway: Gateway) -> Iterator[dict[str, Any]]:
    tls = gateway.tls
    if tls is None or tls.plain_http != "closed":
        yield {"name": PLAIN, "port": traced(gateway.port, gateway.at("port")), "protocol": "HTTP"}
    if tls is not None:
        certificate = {"group": "", "kind": "Secret", "name": traced(tls.credential_name, tls.at("credentialName"))}
        ended = {"mode": "Terminate", "certificateRefs": [certificate]}
        yield {"name": TLS, "port": traced(tls.port, tls.at("port")), "protocol": "HTTPS", "tls": ended}


def waypoint(environment: Environment) -> Iterator[Manifest]:
    """Yield the proxy that reads requests to the services' addresses: in ambient mode no sidecar does.

    https://istio.io/latest/docs/ambient/usage/waypoint/
    """
    if environment.platform.mesh != "ambient" or not environment.services:
        return
    labels = {**kinds.MANAGED, "istio.io/waypoint-for": "service"}
    metadata = {"name": WAYPOINT, "namespace": _apex(environment), "labels": labels}
    listener = {"name": "mesh", "port": 15008, "protocol": "HBONE"}
    spec = {"gatewayClassName": "istio-waypoint", "listeners": [listener]}
    owner = environment.platform.at("mesh")
    yield Manifest.of(kinds.API_GATEWAY, {"metadata": metadata, "spec": spec}, owner)

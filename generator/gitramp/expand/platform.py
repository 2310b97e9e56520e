"""Objects of the environment itself: Namespaces with their policies, and Gateways.

Owns injection, Pod Security and mutual TLS. Must not know what runs in the namespaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.model import Environment, Gateway
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, traced


def namespaces(environment: Environment) -> Iterator[Manifest]:
    """Yield each namespace that services use, with a PeerAuthentication that refuses plain text in it."""
    owners: dict[str, Pointer] = {}
    if environment.services:
        owners[environment.namespaces.apex] = environment.namespaces.at("apex")
    for service in environment.services.values():
        for track in service.tracks.values():
            owners.setdefault(environment.track_namespace(track), track.pointer)
    for name, owner in owners.items():
        yield Manifest.of(kinds.NAMESPACE, {"metadata": {"name": name, "labels": _labels(environment, name)}}, owner)
        yield _strict_mutual_tls(name, owner)


def _labels(environment: Environment, name: str) -> dict[str, Any]:
    level = traced(environment.namespaces.pod_security, environment.namespaces.at("podSecurity"))
    version = environment.platform.at("kubernetes")
    pinned = traced(f"v{environment.platform.kubernetes}", version, how="v + platform.kubernetes")
    return {
        "app.kubernetes.io/name": name,
        **kinds.MANAGED,
        "istio-injection": "enabled",
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/enforce-version": pinned,
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": pinned,
    }


def _strict_mutual_tls(namespace: str, owner: Pointer) -> Manifest:
    # Named "default" as Istio's own documentation does: a namespace has one policy without a selector, and of
    # several the oldest would win by luck.
    metadata = {"name": "default", "namespace": namespace, "labels": dict(kinds.MANAGED)}
    return Manifest.of(kinds.PEER_AUTHENTICATION, {"metadata": metadata, "spec": {"mtls": {"mode": "STRICT"}}}, owner)


def gateways(environment: Environment) -> Iterator[Manifest]:
    """Yield the Gateways that have a host to serve."""
    for gateway in environment.gateways.values():
        hosts = _hosts(environment, gateway)
        if hosts:
            yield _gateway(environment, gateway, hosts)


def _hosts(environment: Environment, gateway: Gateway) -> list[Any]:
    # `namespace/host`: only a VirtualService of that namespace may claim the host at this gateway.
    apex = environment.namespaces.apex
    claims = {
        host: service.at("hosts", position)
        for service in environment.services.values()
        if gateway in environment.gateways_of(service)
        for position, host in enumerate(service.hosts)
    }
    return [traced(f"{apex}/{host}", claims[host], how="apex namespace / host") for host in sorted(claims)]


def _gateway(environment: Environment, gateway: Gateway, hosts: list[Any]) -> Manifest:
    server = {
        "port": {"number": traced(gateway.port, gateway.at("port")), "name": "http", "protocol": "HTTP"},
        "hosts": hosts,
    }
    metadata = {
        "name": gateway.name,
        "namespace": traced(environment.gateway_namespace(gateway), gateway.at("namespace")),
        "labels": dict(kinds.MANAGED),
    }
    spec = {"selector": traced(gateway.selector, gateway.at("selector")), "servers": [server]}
    return Manifest.of(kinds.GATEWAY, {"metadata": metadata, "spec": spec}, gateway.pointer)

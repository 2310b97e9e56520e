"""The entries from outside: Istio Gateways with their servers.

Owns ports, hosts and TLS of the edge. Must not know which track a request reaches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.model import Environment, Gateway, GatewayTls
from gitramp.resource import Manifest, traced

# https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode
_MODES = {"none": "SIMPLE", "optional": "OPTIONAL_MUTUAL", "required": "MUTUAL"}


def gateways(environment: Environment) -> Iterator[Manifest]:
    """Yield the Gateways that have a host to serve and that nobody else owns."""
    for gateway in environment.gateways.values():
        hosts = _hosts(environment, gateway)
        if hosts and not gateway.ref:
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
    metadata = {
        "name": gateway.name,
        "namespace": traced(environment.gateway_namespace(gateway), gateway.at("namespace")),
        "labels": {**kinds.MANAGED, **kinds.own_labels(gateway)},
        **kinds.own_annotations(gateway),
    }
    servers = [{**server, "hosts": hosts} for server in _servers(gateway)]
    spec = {"selector": traced(gateway.selector, gateway.at("selector")), "servers": servers}
    return Manifest.of(kinds.GATEWAY, {"metadata": metadata, "spec": spec}, gateway.pointer)


def _servers(gateway: Gateway) -> Iterator[dict[str, Any]]:
    tls = gateway.tls
    if tls is None or tls.plain_http != "closed":
        yield {"port": _port(traced(gateway.port, gateway.at("port")), "http"), **_plain(tls)}
    if tls is not None:
        yield {"port": _port(traced(tls.port, tls.at("port")), "https"), "tls": _tls(tls)}


def _port(number: Any, name: str) -> dict[str, Any]:
    return {"number": number, "name": name, "protocol": name.upper()}


def _plain(tls: GatewayTls | None) -> dict[str, Any]:
    if tls is None or tls.plain_http != "redirect":
        return {}
    redirects = tls.plain_http == "redirect"
    return {"tls": {"httpsRedirect": traced(redirects, tls.at("plainHttp"), how="plainHttp: redirect")}}


def _tls(tls: GatewayTls) -> dict[str, Any]:
    lowest = {}
    if tls.min_version is not None:
        version = f"TLSV{tls.min_version.replace('.', '_')}"
        lowest["minProtocolVersion"] = traced(version, tls.at("minVersion"), how="minVersion")
    mode = traced(_MODES[tls.client_certificates], tls.at("clientCertificates"), how="clientCertificates")
    return {"mode": mode, "credentialName": traced(tls.credential_name, tls.at("credentialName")), **lowest}

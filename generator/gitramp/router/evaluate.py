"""From a request to its answer, over the VirtualServices, Gateways and Services of an environment.

Owns the order in which a proxy decides: host, rule, share. Must not know how one match is tested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from gitramp import body
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet
from gitramp.router.answer import Answer, Share
from gitramp.router.fitting import fitting, in_full
from gitramp.router.request import MESH, Request

_GROUP = "networking.istio.io"


def answer(manifests: ManifestSet, request: Request) -> Answer:
    """Say what becomes of a request.

    At a Gateway that does not list the host, and for a host that nothing routes, the answer says what the proxy does.
    """
    if refused := _at_the_gateway(manifests, request):
        return refused
    virtual_service = _routed_by(manifests, request)
    if virtual_service is None:
        return _unrouted(manifests, request)
    request = _with_port(manifests, request)
    for protocol in ("tcp", "http"):  # what is not HTTP names its port, so it cannot take a request
        for rule, found in body.items(virtual_service.body, "spec", protocol):
            taken, entry = fitting(virtual_service, rule, request)
            if taken:
                return _taken(manifests, _Rule(virtual_service, rule, found, entry), request)
    return Answer(virtual_service, ("spec", "http"), status=404, says="no rule takes it")


def _with_port(manifests: ManifestSet, request: Request) -> Request:
    """Return a request of the mesh with its port: the first one of the Service where none was asked for."""
    if request.way_in != MESH or request.port:
        return request
    services = (_service(manifests, host) for host in (*_meant(manifests, request), request.host))
    found = next((service for service in services if service is not None), None)
    port = body.number(found.body, "spec", "ports", 0, "port") if found is not None else None
    return replace(request, port=port or 80)


def gateways_for(manifests: ManifestSet, host: str) -> tuple[str, ...]:
    """Return the Gateways that list a host, `namespace/name`."""
    found = (m for m in manifests.of_kind("Gateway") if m.id.gvk.group == _GROUP)
    return tuple(f"{m.id.namespace}/{m.id.name}" for m in found if any(_servers(m, Request(host))))


def _at_the_gateway(manifests: ManifestSet, request: Request) -> Answer | None:
    """Return what a Gateway answers by itself: it does not list the host, or sends plain HTTP on to HTTPS."""
    if request.way_in == MESH or request.way_in in {f"{e.namespace}/{e.name}" for e in manifests.elsewhere}:
        return None
    found = (m for m in manifests.of_kind("Gateway") if f"{m.id.namespace}/{m.id.name}" == request.way_in)
    gateway = next((m for m in found if m.id.gvk.group == _GROUP), None)
    servers = list(_servers(gateway, request)) if gateway else []
    if not servers:
        port = f" on port {request.port}" if request.port else ""
        return Answer(None, status=404, says=f"{request.way_in} does not list {request.host}{port}")
    if all(body.field(server, "tls", "httpsRedirect") is True for server in servers):
        return Answer(
            gateway, ("spec", "servers"), status=301, says=f"redirect to https://{request.host}{request.path}"
        )
    return None


def _servers(gateway: Manifest, request: Request) -> Iterator[Any]:
    """Yield the servers that a request can reach."""
    for server, found in body.items(gateway.body, "spec", "servers"):
        listed = (body.text(gateway.body, *at) for at, _ in body.items(gateway.body, *server, "hosts"))
        asked = request.port in {0, body.number(found, "port", "number")}
        if asked and any(_covers(host.rpartition("/")[2], request.host) for host in listed):
            yield found


def _covers(pattern: str, host: str) -> bool:
    pattern = pattern.lower()
    return pattern in {"*", host} or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def _routed_by(manifests: ManifestSet, request: Request) -> Manifest | None:
    """Return the VirtualService whose host is nearest to the one asked for, among those bound to the way in."""
    asked = {request.host} if request.way_in != MESH else set(_meant(manifests, request))
    best: tuple[int, Manifest] | None = None
    for candidate in manifests.of_kind("VirtualService"):
        if candidate.id.gvk.group != _GROUP or request.way_in not in _bound(candidate):
            continue
        for at, _ in body.items(candidate.body, "spec", "hosts"):
            host = _full_host(body.text(candidate.body, *at), candidate.id.namespace)
            length = max((len(host) for name in asked if _covers(host, name)), default=0)
            if length and (best is None or length > best[0]):
                best = (length, candidate)
    return best[1] if best else None


def _bound(virtual_service: Manifest) -> set[str]:
    own = virtual_service.id.namespace
    named = body.items(virtual_service.body, "spec", "gateways")
    return {in_full(body.text(virtual_service.body, *at), own) for at, _ in named} or {MESH}


def _full_host(host: str, namespace: str) -> str:
    return host.lower() if "." in host or host == "*" else f"{host.lower()}.{namespace}"


def _meant(manifests: ManifestSet, request: Request) -> Iterator[str]:
    """Yield every spelling of the Service a caller in the mesh means: `name`, `name.namespace`, `...svc`, in full."""
    yield request.host
    service = _service(manifests, request.host, request.namespace)
    if service is not None:
        short = f"{service.id.name}.{service.id.namespace}"
        yield short
        yield from (host for host in _hosts_in_full(manifests) if host.startswith(f"{short}.svc."))


def _hosts_in_full(manifests: ManifestSet) -> Iterator[str]:
    for virtual_service in manifests.of_kind("VirtualService"):
        yield from (body.text(virtual_service.body, *at) for at, _ in body.items(virtual_service.body, "spec", "hosts"))


def _service(manifests: ManifestSet, host: str, namespace: str = "") -> Manifest | None:
    name, _, rest = host.partition(".")
    space, _, domain = rest.partition(".")
    if domain and domain != "svc" and not domain.startswith("svc."):
        return None
    wanted = (space or namespace, name)
    return next((m for m in manifests.of_kind("Service") if (m.id.namespace, m.id.name) == wanted), None)


def _unrouted(manifests: ManifestSet, request: Request) -> Answer:
    """Answer for a host without a VirtualService: a Service is reached as it is, anything else is not of the mesh."""
    service = _service(manifests, request.host, request.namespace) if request.way_in == MESH else None
    if service is None:
        return Answer(None, status=404, says=f"nothing routes {request.host}")
    share = Share(request.host, request.port or None, _track(service), Fraction(1), ())
    return Answer(service, shares=(share,), path=request.path, says="no VirtualService: the Service itself")


class _Rule(NamedTuple):
    """A rule that takes a request, and the entry of its match that fitted."""

    manifest: Manifest
    at: Pointer
    body: Any
    entry: Pointer | None


def _taken(manifests: ManifestSet, rule: _Rule, request: Request) -> Answer:
    answer = Answer(rule.manifest, rule.at, body.text(rule.body, "name"), rule.entry)
    if redirect := body.mapping(rule.body, "redirect"):
        status = body.number(redirect, "redirectCode") or 301
        return replace(answer, status=status, says=f"redirect to {_redirected(redirect, request)}")
    if response := body.mapping(rule.body, "directResponse"):
        return replace(answer, status=body.number(response, "status") or 0, says="the proxy's own answer")
    return replace(answer, shares=tuple(_shares(manifests, rule)), path=_rewritten(rule, request))


def _redirected(redirect: Any, request: Request) -> str:
    scheme = body.text(redirect, "scheme") or "http"
    host = body.text(redirect, "authority") or request.host
    port = body.number(redirect, "port")
    return f"{scheme}://{host}{f':{port}' if port else ''}{body.text(redirect, 'uri') or request.path}"


def _shares(manifests: ManifestSet, rule: _Rule) -> Iterator[Share]:
    destinations = list(body.items(rule.body, "route"))
    weights = [body.number(destination, "weight") or 0 for _, destination in destinations]
    total = sum(weights)
    for (at, destination), weight in zip(destinations, weights, strict=True):
        host = body.text(destination, "destination", "host")
        service = _service(manifests, host)
        probability = Fraction(weight, total) if total and len(destinations) > 1 else Fraction(1, len(destinations))
        if probability:
            port = body.number(destination, "destination", "port", "number")
            yield Share(host, port, _track(service) if service else "", probability, (*rule.at, *at))


def _track(service: Manifest) -> str:
    return body.text(service.body, "metadata", "labels", "version")


def _rewritten(rule: _Rule, request: Request) -> str:
    """Return the path that the track sees: https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite."""
    regex = body.mapping(rule.body, "rewrite", "uriRegexRewrite")
    if regex:
        return re.sub(body.text(regex, "match"), body.text(regex, "rewrite"), request.path)
    target = body.text(rule.body, "rewrite", "uri")
    if not target:
        return request.path
    prefix = body.text(rule.manifest.body, *rule.entry, "uri", "prefix") if rule.entry else ""
    return target + request.path.removeprefix(prefix) if prefix else target

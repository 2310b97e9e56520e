"""From a request to its answer, over Istio's Gateways and VirtualServices.

Owns the order in which Istio's proxies decide: host, rule, share. Must not know how one match is tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.resource import Manifest, ManifestSet
from gitramp.router.answer import Answer
from gitramp.router.fitting import fitting, in_full
from gitramp.router.request import MESH, Request
from gitramp.router.services import covers, service_of
from gitramp.router.taken import Rule, taken

_GROUP = "networking.istio.io"


def answer(manifests: ManifestSet, request: Request) -> Answer | None:
    """Say what becomes of a request; None when no VirtualService is about its host.

    At a Gateway that does not list the host, the answer says what the proxy does.
    """
    if refused := _at_the_gateway(manifests, request):
        return refused
    virtual_service = _routed_by(manifests, request)
    if virtual_service is None:
        return None
    for protocol in ("tcp", "http"):  # what is not HTTP names its port, so it cannot take a request
        for rule, found in body.items(virtual_service.body, "spec", protocol):
            fits, entry = fitting(virtual_service, rule, request)
            if fits:
                return taken(manifests, Rule(virtual_service, rule, found, entry), request)
    return Answer(virtual_service, ("spec", "http"), status=404, says="no rule takes it")


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
        if asked and any(covers(host.rpartition("/")[2], request.host) for host in listed):
            yield found


def _routed_by(manifests: ManifestSet, request: Request) -> Manifest | None:
    """Return the VirtualService whose host is nearest to the one asked for, among those bound to the way in."""
    asked = {request.host} if request.way_in != MESH else set(_meant(manifests, request))
    best: tuple[int, Manifest] | None = None
    for candidate in manifests.of_kind("VirtualService"):
        if candidate.id.gvk.group != _GROUP or request.way_in not in _bound(candidate):
            continue
        for at, _ in body.items(candidate.body, "spec", "hosts"):
            host = _full_host(body.text(candidate.body, *at), candidate.id.namespace)
            length = max((len(host) for name in asked if covers(host, name)), default=0)
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
    service = service_of(manifests, request.host, request.namespace)
    if service is not None:
        short = f"{service.id.name}.{service.id.namespace}"
        yield short
        yield from (host for host in _hosts_in_full(manifests) if host.startswith(f"{short}.svc."))


def _hosts_in_full(manifests: ManifestSet) -> Iterator[str]:
    for virtual_service in manifests.of_kind("VirtualService"):
        yield from (body.text(virtual_service.body, *at) for at, _ in body.items(virtual_service.body, "spec", "hosts"))

"""From a request to its answer, over Istio's Gateways and VirtualServices.

Owns the order in which Istio's proxies decide: host, rule, share. Must not know how one match is tested.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from gitramp import body
from gitramp.resource import Manifest, ManifestSet
from gitramp.router.answer import Answer
from gitramp.router.fitting import fitting, in_full
from gitramp.router.request import MESH, Request
from gitramp.router.services import covering, service_of
from gitramp.router.taken import Rule, taken

_GROUP = "networking.istio.io"
_TLS = 443
ANYWHERE = "*"


def answer(manifests: ManifestSet, request: Request) -> Answer | None:
    """Say what becomes of a request; None when no VirtualService is about its host.

    At a Gateway that does not list the host, the answer says what the proxy does.
    """
    if refused := _at_the_gateway(manifests, request):
        return refused
    request = replace(request, scheme=request.scheme or _scheme(manifests, request))
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
    return tuple(name for name, gateway in _gateways(manifests).items() if any(gateway.servers_for(Request(host))))


class _Server(NamedTuple):
    """One server of a Gateway, and the hosts that it lists, in lower case, each with the namespaces it is open to.

    https://istio.io/latest/docs/reference/config/networking/gateway/#Server-hosts
    """

    body: Any
    hosts: Mapping[str, frozenset[str]]


class _Gateway(NamedTuple):
    """A Gateway, and its servers."""

    manifest: Manifest
    servers: tuple[_Server, ...]

    def servers_for(self, request: Request) -> Iterator[Any]:
        """Yield the servers that a request can reach."""
        return (server.body for server, _ in self._listing(request))

    def open_to(self, request: Request) -> frozenset[str]:
        """Return the namespaces whose VirtualServices may route a request, `*` for all."""
        return frozenset(space for server, host in self._listing(request) for space in server.hosts[host])

    def _listing(self, request: Request) -> Iterator[tuple[_Server, str]]:
        names = tuple(covering(request.host))
        for server in self.servers:
            if request.port in {0, body.number(server.body, "port", "number")}:
                yield from ((server, name) for name in names if name in server.hosts)


@functools.lru_cache(maxsize=32)
def _gateways(manifests: ManifestSet) -> Mapping[str, _Gateway]:
    """Return Istio's Gateways, by `namespace/name`."""
    found = (m for m in manifests.of_kind("Gateway") if m.id.gvk.group == _GROUP)
    return {f"{m.id.namespace}/{m.id.name}": _Gateway(m, tuple(_servers(m))) for m in found}


def _servers(gateway: Manifest) -> Iterator[_Server]:
    for server, found in body.items(gateway.body, "spec", "servers"):
        hosts: dict[str, set[str]] = {}
        for at, _ in body.items(gateway.body, *server, "hosts"):
            space, _, host = body.text(gateway.body, *at).rpartition("/")
            hosts.setdefault(host.lower(), set()).add(gateway.id.namespace if space == "." else space or ANYWHERE)
        yield _Server(found, {host: frozenset(spaces) for host, spaces in hosts.items()})


def _at_the_gateway(manifests: ManifestSet, request: Request) -> Answer | None:
    """Return what a Gateway answers by itself: it does not list the host, or sends plain HTTP on to HTTPS."""
    if request.way_in == MESH or request.way_in in {f"{e.namespace}/{e.name}" for e in manifests.elsewhere}:
        return None
    gateway = _gateways(manifests).get(request.way_in)
    servers = list(gateway.servers_for(request)) if gateway else []
    if gateway is None or not servers:
        port = f" on port {request.port}" if request.port else ""
        return Answer(None, status=404, says=f"{request.way_in} does not list {request.host}{port}")
    if all(body.field(server, "tls", "httpsRedirect") is True for server in servers):
        return Answer(gateway.manifest, ("spec", "servers")).redirected(301, request.elsewhere("https", "", None, ""))
    return None


def _scheme(manifests: ManifestSet, request: Request) -> str:
    """Return the scheme of a request: a gateway says TLS's or none, a proxy in the mesh believes its caller.

    Where a gateway serves the host both ways and no port is said, it is taken to be asked by TLS.
    """
    if request.way_in == MESH:
        said = request.headers.get("x-forwarded-proto", "").lower()
        return said if said in {"http", "https"} else "http"
    gateway = _gateways(manifests).get(request.way_in)
    if gateway is None:
        return "https" if request.port == _TLS else "http"
    protocols = {body.text(server, "port", "protocol").upper() for server in gateway.servers_for(request)}
    return "https" if "HTTPS" in protocols else "http"


def _routed_by(manifests: ManifestSet, request: Request) -> Manifest | None:
    """Return the VirtualService whose host is nearest to the one asked for, among those bound to the way in."""
    asked = {request.host} if request.way_in != MESH else set(_meant(manifests, request))
    gateway = _gateways(manifests).get(request.way_in)
    spaces = gateway.open_to(request) if gateway else {ANYWHERE}
    known = _by_host(manifests)
    found = [
        (host.startswith("*"), -len(host), position, candidate)
        for host in {host for name in asked for host in covering(name)}
        for position, candidate in known.get(host, ())
        if request.way_in in _bound(candidate) and not spaces.isdisjoint({ANYWHERE, candidate.id.namespace})
    ]
    return min(found, key=lambda each: each[:3])[3] if found else None


@functools.lru_cache(maxsize=32)
def _by_host(manifests: ManifestSet) -> Mapping[str, Sequence[tuple[int, Manifest]]]:
    """Return VirtualServices by the hosts that they say, each with its place in the set: a host is asked often."""
    known: dict[str, list[tuple[int, Manifest]]] = {}
    for position, found in enumerate(m for m in manifests.of_kind("VirtualService") if m.id.gvk.group == _GROUP):
        for at, _ in body.items(found.body, "spec", "hosts"):
            host = _full_host(body.text(found.body, *at), found.id.namespace)
            known.setdefault(host, []).append((position, found))
    return known


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
        yield from _in_full(manifests).get(short, ())


@functools.lru_cache(maxsize=32)
def _in_full(manifests: ManifestSet) -> Mapping[str, Sequence[str]]:
    """Return the hosts of VirtualServices that are a Service's name in full, by `name.namespace`."""
    known: dict[str, list[str]] = {}
    for host in _by_host(manifests):
        short, dot, _ = host.partition(".svc.")
        if dot:
            known.setdefault(short, []).append(host)
    return known

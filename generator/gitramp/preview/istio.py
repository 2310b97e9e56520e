"""Istio's Gateways and VirtualServices as Envoy's virtual hosts.

Owns what istiod makes of them: which hosts are at a door, and each rule as routes in the order of its matches.
https://istio.io/latest/docs/reference/config/networking/virtual-service/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from gitramp import body, durations
from gitramp.preview import doing, hosts, matching
from gitramp.preview.doing import Destination, Edits
from gitramp.preview.doors import ISTIO, MESH, Door
from gitramp.preview.hosts import Listed
from gitramp.resource import Manifest, ManifestSet

UNSHOWN = {"fault": "faults", "mirror": "copies", "mirrors": "copies", "retries": "retries", "corsPolicy": "CORS"}
ANYWHERE = "*"


def at(manifests: ManifestSet, door: Door, domain: str) -> Iterator[Listed]:
    """Yield what VirtualServices route at a door: a name, its domains, its routes."""
    bound = [each for each in manifests.of_kind("VirtualService") if _is_at(each, door)]
    if door.way_in == MESH:
        yield from _in_mesh(manifests, bound, domain)
        return
    listed = _listed(manifests, door)
    yield from ((host, [host], [_to_https()]) for host, how in listed.items() if how.redirects)
    served: dict[str, set[str]] = {}
    for of, how in listed.items():
        for space in () if how.redirects else how.spaces:
            served.setdefault(space, set()).add(of)
    for each in bound:
        own = served.get(ANYWHERE, set()) | served.get(each.id.namespace, set())
        for host in _hosts(each, domain):
            if meant := hosts.all_in_common(host, own):
                yield host, sorted(meant), list(routes(each, door, door.port))


def _is_at(virtual_service: Manifest, door: Door) -> bool:
    """Whether it routes requests at a door; one for TCP alone routes none."""
    if virtual_service.id.gvk.group != ISTIO or not any(body.items(virtual_service.body, "spec", "http")):
        return False
    own = virtual_service.id.namespace
    named = {body.text(virtual_service.body, *at) for at, _ in body.items(virtual_service.body, "spec", "gateways")}
    return door.way_in in ({_in_full(name, own) for name in named} or {MESH})


def _in_full(gateway: str, namespace: str) -> str:
    return gateway if gateway == MESH or "/" in gateway else f"{namespace}/{gateway}"


def _hosts(virtual_service: Manifest, domain: str) -> Iterator[str]:
    for at_host, _ in body.items(virtual_service.body, "spec", "hosts"):
        host = body.text(virtual_service.body, *at_host).lower()
        yield host if "." in host or host == "*" else f"{host}.{virtual_service.id.namespace}.svc.{domain}"


def _listed(manifests: ManifestSet, door: Door) -> dict[str, _How]:
    """Return the hosts of a Gateway's port."""
    found: dict[str, _How] = {}
    for gateway in manifests.of_kind("Gateway"):
        if f"{gateway.id.namespace}/{gateway.id.name}" != door.way_in:
            continue
        for _, server in body.items(gateway.body, "spec", "servers"):
            if body.number(server, "port", "number") == door.port:
                redirects = body.field(server, "tls", "httpsRedirect") is True
                for name, _ in body.items(server, "hosts"):
                    space, _, host = body.text(server, *name).lower().rpartition("/")
                    known = found.get(host, _How(redirects=True))
                    spaces = known.spaces | {gateway.id.namespace if space == "." else space or ANYWHERE}
                    found[host] = _How(known.redirects and redirects, spaces)
    return found if door.port else {"*": _How(redirects=False, spaces=frozenset({ANYWHERE}))}


def _to_https() -> dict[str, Any]:
    return {"match": {"prefix": "/"}, "redirect": {"https_redirect": True}}


def _in_mesh(manifests: ManifestSet, bound: list[Manifest], domain: str) -> Iterator[Listed]:
    for each in bound:
        for host in _hosts(each, domain):
            for address in hosts.addresses(manifests, host, domain):
                name = f"{host}:{address.port}"
                yield name, hosts.domains(address, domain), list(routes(each, Door(MESH), address.port))


def routes(virtual_service: Manifest, door: Door, port: int) -> Iterator[dict[str, Any]]:
    """Yield a VirtualService's routes as one door has them, without those for other gateways, ports or callers."""
    for _, rule in body.items(virtual_service.body, "spec", "http"):
        entries = [entry for _, entry in body.items(rule, "match")]
        for entry in entries or [{}]:
            if _applies(entry, virtual_service, door, port):
                yield {"match": matching.of_istio(entry), **_done(rule), **_edited(rule)}


def _applies(entry: Any, virtual_service: Manifest, door: Door, port: int) -> bool:
    asked = body.number(entry, "port")
    if asked is not None and port and asked != port:
        return False
    own = virtual_service.id.namespace
    named = [body.text(entry, *at_name) for at_name, _ in body.items(entry, "gateways")]
    if named:
        return door.way_in in {_in_full(name, own) for name in named}
    return not body.mapping(entry, "sourceLabels") and not body.text(entry, "sourceNamespace")


def _done(rule: Any) -> dict[str, Any]:
    if redirect := body.mapping(rule, "redirect"):
        return doing.redirected(
            body.number(redirect, "redirectCode") or 301,
            body.text(redirect, "scheme"),
            body.number(redirect, "port") or 0,
            path_redirect=body.text(redirect, "uri"),
            host_redirect=body.text(redirect, "authority"),
        )
    if response := body.mapping(rule, "directResponse"):
        return doing.answered(body.number(response, "status") or 200, body.text(response, "body", "string"))
    return doing.forwarded(
        _destinations(rule), {"timeout": durations.in_seconds(body.text(rule, "timeout")), **_rewritten(rule)}
    )


def _destinations(rule: Any) -> Iterator[Destination]:
    for _, each in body.items(rule, "route"):
        port = body.number(each, "destination", "port", "number")
        headers = body.mapping(each, "headers")
        host = body.text(each, "destination", "host")
        edits = _edits(headers, "request"), _edits(headers, "response")
        yield Destination(host, port, body.number(each, "weight") or 0, *edits)


def _rewritten(rule: Any) -> dict[str, Any]:
    rewrite = body.mapping(rule, "rewrite")
    authority = body.text(rewrite, "authority")
    host = {"host_rewrite_literal": authority} if authority else {}
    if regex := body.mapping(rewrite, "uriRegexRewrite"):
        pattern = {"regex": body.text(regex, "match")}
        return {"regex_rewrite": {"pattern": pattern, "substitution": body.text(regex, "rewrite")}, **host}
    uri = body.text(rewrite, "uri")
    return ({"prefix_rewrite": uri} if uri else {}) | host


def _edited(rule: Any) -> dict[str, Any]:
    headers = body.mapping(rule, "headers")
    return doing.edited(_edits(headers, "request"), _edits(headers, "response"))


def _edits(headers: Any, side: str) -> Edits:
    said = body.mapping(headers, side)
    removed = tuple(body.text(said, *name) for name, _ in body.items(said, "remove"))
    return Edits(body.mapping(said, "set"), body.mapping(said, "add"), removed)


class _How(NamedTuple):
    """How a Gateway's port has a host: whether it only sends on to HTTPS, and to which namespaces it is open."""

    redirects: bool
    spaces: frozenset[str] = frozenset()

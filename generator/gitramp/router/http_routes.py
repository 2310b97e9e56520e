"""Which HTTPRoute rule takes a request, as Gateway API ranks them.

Owns parents, host names and rank: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule. Must not know Istio's
own objects, nor where requests go.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from gitramp import body, re2
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet
from gitramp.router import listeners
from gitramp.router.listeners import GROUP, Listener
from gitramp.router.request import Request
from gitramp.router.services import covering, covers


class Fit(NamedTuple):
    """A rule that takes a request, and the entry of its matches that fitted, None when it takes every request."""

    manifest: Manifest
    rule: Pointer
    entry: Pointer | None


@functools.lru_cache(maxsize=32)
def _by_parent(manifests: ManifestSet) -> Mapping[tuple[str, str, str], Sequence[Manifest]]:
    """Return the HTTPRoutes by the name of a parent, `namespace/name`, its kind, and a host name, "" for a Service."""
    known: dict[tuple[str, str, str], dict[int, Manifest]] = {}
    for route in (m for m in manifests.of_kind("HTTPRoute") if m.id.gvk.group == GROUP):
        named = [body.text(route.body, *at).lower() for at, _ in body.items(route.body, "spec", "hostnames")] or ["*"]
        for _, parent in body.items(route.body, "spec", "parentRefs"):
            kind, name = _parent(route, parent)
            for host in named if kind == "Gateway" else [""]:
                known.setdefault((kind, name, host), {})[id(route)] = route
    return {key: tuple(routes.values()) for key, routes in known.items()}


def _parent(route: Manifest, said: Any) -> tuple[str, str]:
    """Return the kind of a parent and its name, `namespace/name`."""
    namespace = body.text(said, "namespace") or route.id.namespace
    return body.text(said, "kind") or "Gateway", f"{namespace}/{body.text(said, 'name')}"


def _at(manifests: ManifestSet, gateway: str, host: str) -> list[Manifest]:
    """Return the HTTPRoutes at a Gateway, `namespace/name`, with a host name that covers a host."""
    known = _by_parent(manifests)
    found = {id(m): m for name in covering(host) for m in known.get(("Gateway", gateway, name), ())}
    return list(found.values())


def of_gateway(manifests: ManifestSet, gateway: Manifest, request: Request) -> list[Manifest]:
    """Return the HTTPRoutes at a Gateway for a request's host: those with the longest host name that covers it."""
    name = f"{gateway.id.namespace}/{gateway.id.name}"
    return _nearest(_at(manifests, name, request.host), listeners.taking(manifests, name, request), name, request.host)


def of_gateway_elsewhere(manifests: ManifestSet, name: str, host: str) -> list[Manifest]:
    """Return the HTTPRoutes at a Gateway that is not in the set; its listeners are taken to offer them."""
    return _nearest(_at(manifests, name, host), None, name, host)


def _nearest(routes: Iterable[Manifest], heard: Sequence[Listener] | None, gateway: str, host: str) -> list[Manifest]:
    """Return the routes with the longest host name; a route that names none has that of its listener."""
    ranked: dict[int, list[Manifest]] = {}
    for route in routes:
        listed = [Listener()] if heard is None else [each for each in heard if _bound(route, gateway, each)]
        named = [body.text(route.body, *at).lower() for at, _ in body.items(route.body, "spec", "hostnames")] or ["*"]
        lengths = [max(_length(name), _length(each.host)) for name in named if covers(name, host) for each in listed]
        if lengths:
            ranked.setdefault(max(lengths), []).append(route)
    return ranked[max(ranked)] if ranked else []


def _length(host: str) -> int:
    return len(host) + (not host.startswith("*"))


def _bound(route: Manifest, gateway: str, listener: Listener) -> bool:
    for _, parent in body.items(route.body, "spec", "parentRefs"):
        port = body.number(parent, "port") in {None, listener.port}
        if (
            _parent(route, parent) == ("Gateway", gateway)
            and port
            and body.text(parent, "sectionName") in {"", listener.name}
        ):
            return True
    return False


def of_service(manifests: ManifestSet, service: Manifest, request: Request) -> list[Manifest]:
    """Return the HTTPRoutes whose parent is a Service, on the port that a request is for."""
    routes = _by_parent(manifests).get(("Service", f"{service.id.namespace}/{service.id.name}", ""), ())
    return [route for route in routes if _parent_is(route, service, request.port)]


def _parent_is(route: Manifest, service: Manifest, port: int) -> bool:
    wanted = ("Service", f"{service.id.namespace}/{service.id.name}")
    for _, parent in body.items(route.body, "spec", "parentRefs"):
        if _parent(route, parent) == wanted:
            return body.number(parent, "port") in {None, port}
    return False


def taken_by(routes: Iterable[Manifest], request: Request) -> Fit | None:
    """Return the rule that takes a request: the entry that asks for most; of equals, the first of the oldest route.

    The age of routes is not known here, so their names decide, as they do among routes of one age.
    """
    found: list[tuple[tuple[int, ...], Fit]] = []
    for route in sorted(routes, key=lambda route: (route.id.namespace, route.id.name)):
        for at, rule in body.items(route.body, "spec", "rules"):
            entries = list(body.items(rule, "matches"))
            for step, entry in entries:
                if _fits(entry, request):
                    found.append((_rank(entry), Fit(route, at, (*at, *step))))
            if not entries:
                found.append((_rank({}), Fit(route, at, None)))
    return max(found, key=lambda each: each[0])[1] if found else None  # max keeps the first of equals


def _rank(entry: Any) -> tuple[int, ...]:
    kind, path = body.text(entry, "path", "type"), body.text(entry, "path", "value") or "/"
    return (
        {"Exact": 2, "RegularExpression": 0}.get(kind, 1),
        len(path),
        bool(body.text(entry, "method")),
        len(list(body.items(entry, "headers"))),
        len(list(body.items(entry, "queryParams"))),
    )


def _fits(entry: Any, request: Request) -> bool:
    method = body.text(entry, "method")
    return (
        not request.tunnels
        and method in {"", request.method}
        and _path_fits(body.text(entry, "path", "type"), body.text(entry, "path", "value") or "/", request.path)
        and all(_any_passes(t, request.values(body.text(t, "name"))) for _, t in body.items(entry, "headers"))
        and all(_passes(t, request.query.get(body.text(t, "name"))) for _, t in body.items(entry, "queryParams"))
    )


def _path_fits(kind: str, wanted: str, path: str) -> bool:
    if kind == "Exact":
        return path == wanted
    if kind == "RegularExpression":
        return re2.fits(wanted, path)
    whole = wanted.rstrip("/")  # a slash at the end of a prefix does not count
    return path == whole or path.startswith(f"{whole}/")


def _any_passes(test: Any, texts: Sequence[str]) -> bool:
    return any(_passes(test, text) for text in texts)


def _passes(test: Any, text: str | None) -> bool:
    if text is None:
        return False
    wanted = body.text(test, "value")
    return re2.fits(wanted, text) if body.text(test, "type") == "RegularExpression" else text == wanted

"""Routes that no overlay can say, but that a `manifests` file can, and requests that tell them apart.

Owns these tables. Must not know who is asked about them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from gitramp.pipeline.probes import Probe
from gitramp.preview import MESH, Door
from gitramp.preview.doors import GATEWAY_API, ISTIO
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId

ALL = 10_000
"""More requests than any of these asks."""
WEB = "web.a.svc.cluster.local"
_TO_WEB = [{"destination": {"host": WEB, "port": {"number": 80}}}]
_MESH, _EDGE = Door(MESH), Door("a/gw", 80)


class Form(NamedTuple):
    """Objects of one environment, and what to ask about them."""

    name: str
    manifests: ManifestSet
    probes: list[Probe]


def forms() -> list[Form]:
    """Return all of them."""
    return [matches(), schemes(), rewrites(), http_routes(), whole_prefixes(), listeners()]


def _object(group: str, kind: str, name: str, spec: Any, version: str = "v1") -> Manifest:
    gvk = GroupVersionKind(group, version, kind)
    metadata = {"name": name, "namespace": "a"}
    body = {"apiVersion": gvk.api_version, "kind": kind, "metadata": metadata, "spec": spec}
    return Manifest(ResourceId(gvk, "a", name), body, {}, ())


def _services(*names: str) -> list[Manifest]:
    ports = [{"name": "http", "port": 80, "targetPort": 8080, "appProtocol": "http"}]
    return [_object("", "Service", name, {"selector": {"app": name}, "ports": ports}) for name in names]


def _rules(*listed: dict[str, Any]) -> ManifestSet:
    rules = [*listed, {"directResponse": {"status": 404}}]
    route = _object(ISTIO, "VirtualService", "web", {"hosts": ["web.example.com"], "http": rules})
    return ManifestSet.of([*_services("web"), route])


_MATCHES: list[dict[str, Any]] = [
    {"uri": {"prefix": "/API"}, "ignoreUriCase": True},
    {"uri": {"exact": "/One"}, "ignoreUriCase": True},
    {"uri": {"regex": "/(a|b)+"}},
    {"uri": {"prefix": "/y"}, "headers": {"x": {}}},
    {"uri": {"prefix": "/n"}, "withoutHeaders": {"x": {}}},
    {"uri": {"prefix": "/m"}, "withoutHeaders": {"x": {"exact": "1"}}},
    {"uri": {"prefix": "/h"}, "headers": {"X-Up": {"prefix": "ca"}}},
    {"uri": {"prefix": "/q"}, "queryParams": {"b": {"regex": "[0-9]+"}}},
    {"uri": {"prefix": "/e"}, "queryParams": {"b": {"exact": "1"}}},
    {"uri": {"regex": "/z{1000}"}},
    {"method": {"exact": "PUT"}},
]
_PATHS = ["/", "/api/x", "/API", "/one", "/one/", "/aab", "/abc", "/y", "/n", "/m", "/h", "/q", "/e", "/nx"]
_HEADERS: list[dict[str, str]] = [{}, {"x": "1"}, {"x": "2"}, {"x-up": "canary"}, {"x-up": "Canary"}]
_QUERIES: list[dict[str, str]] = [{}, {"b": "12"}, {"b": "1"}, {"b": ""}, {"c": "1"}]


def matches() -> Form:
    """Return a VirtualService with every test of a match."""
    asked = [
        Probe(_MESH, "web.example.com", path, method, headers, query)
        for path in _PATHS
        for headers in _HEADERS
        for query in _QUERIES
        for method in ("GET", "PUT")
    ]
    return Form("matches", _rules(*({"match": [each], "route": _TO_WEB} for each in _MATCHES)), asked)


_REWRITES: list[dict[str, Any]] = [
    {"match": [{"uri": {"exact": "/a"}}], "rewrite": {"uri": "/b"}},
    {"match": [{"uri": {"prefix": "/c/"}}], "rewrite": {"uri": "/d/"}},
    {"match": [{"uri": {"prefix": "/e"}}], "rewrite": {"uri": "/f"}},
    {"match": [{"uri": {"prefix": "/g"}}], "rewrite": {"uriRegexRewrite": {"match": "^/g(/?)", "rewrite": r"/h\1"}}},
    {"match": [{"uri": {"regex": "/i.*"}}], "rewrite": {"uri": "/j"}},
]


def rewrites() -> Form:
    """Return a VirtualService with every rewrite of a path."""
    paths = ["/a", "/c/x", "/e", "/e/x", "/ex", "/g", "/g/x", "/ix", "/"]
    found = _rules(*({**each, "route": _TO_WEB} for each in _REWRITES))
    return Form("rewrites", found, [Probe(_MESH, "web.example.com", path) for path in paths])


def schemes() -> Form:
    """Return a VirtualService that tells schemes apart, at a gateway and in the mesh."""
    port = {"number": 80, "name": "http", "protocol": "HTTP"}
    server = {"port": port, "hosts": ["*/web.example.com"]}
    gateway = _object(ISTIO, "Gateway", "gw", {"selector": {"istio": "in"}, "servers": [server]})
    rules = [{"match": [{"scheme": {"exact": "https"}}], "directResponse": {"status": 404}}, {"route": _TO_WEB}]
    spec = {"hosts": ["web.example.com", WEB], "gateways": ["a/gw", "mesh"], "http": rules}
    found = ManifestSet.of([*_services("web"), gateway, _object(ISTIO, "VirtualService", "web", spec)])
    said = ({}, *({"x-forwarded-proto": scheme} for scheme in ("https", "HTTPS", "http", "ftp")))
    ways = ((_EDGE, "web.example.com"), (_MESH, WEB))
    return Form("schemes", found, [Probe(door, host, headers=headers) for door, host in ways for headers in said])


def _http_route(name: str, host: str, *listed: dict[str, Any], listener: str = "", to: str = "web") -> Manifest:
    rules = [{"backendRefs": [{"name": to, "port": 80}], **rule} for rule in listed]
    parent = {"name": "gw", **({"sectionName": listener} if listener else {})}
    spec = {"parentRefs": [parent], **({"hostnames": [host]} if host else {}), "rules": rules}
    return _object(GATEWAY_API, "HTTPRoute", name, spec)


def _rewritten(prefix: str, **path: str) -> dict[str, Any]:
    match = {"path": {"type": "PathPrefix", "value": prefix}}
    change = "ReplaceFullPath" if "replaceFullPath" in path else "ReplacePrefixMatch"
    return {"matches": [match], "filters": [{"type": "URLRewrite", "urlRewrite": {"path": {"type": change, **path}}}]}


_ROUTES = [
    _http_route(
        "one",
        "*.example.com",
        _rewritten("/a", replacePrefixMatch="/b"),
        _rewritten("/c/", replacePrefixMatch="/d/"),
        _rewritten("/e", replacePrefixMatch="/"),
        _rewritten("/f", replaceFullPath="/g"),
    ),
    _http_route(
        "two",
        "x.example.com",
        {
            "matches": [
                {"path": {"value": "/p"}},
                {"path": {"value": "/p/long"}, "method": "PUT"},
                {"headers": [{"name": "X-T", "value": "1"}]},
                {"path": {"type": "RegularExpression", "value": "/p.*"}},
            ]
        },
        {
            "matches": [{"path": {"value": "/p"}, "headers": [{"name": "y", "value": "1"}]}],
            "backendRefs": [{"name": "other", "port": 80}],
        },
        {"matches": [{"path": {"value": "/w"}}], "backendRefs": [{"name": "web", "port": 80, "weight": 0}]},
    ),
]
_TARGETS = "/ /a /a/x /ab /c /c/ /c/x /e /e/ /e/x /f /f/q /p /p/long /pq /w"


def http_routes() -> Form:
    """Return HTTPRoutes of which ranks and the longest host decide."""
    found = ManifestSet.of([*_services("web", "other"), _gateway(_listener("h")), *_ROUTES])
    return Form("HTTPRoutes", found, list(_ranked()))


def _listener(name: str, host: str = "", port: int = 80) -> dict[str, Any]:
    return {"name": name, "port": port, "protocol": "HTTP", **({"hostname": host} if host else {})}


def _gateway(*listened: dict[str, Any]) -> Manifest:
    return _object(GATEWAY_API, "Gateway", "gw", {"gatewayClassName": "istio", "listeners": list(listened)})


def _ranked() -> Iterable[Probe]:
    for host in ("q.example.com", "x.example.com", "other.org"):
        for path in _TARGETS.split():
            for method in ("GET", "PUT"):
                yield from (Probe(_EDGE, host, path, method, headers) for headers in ({}, {"x-t": "1"}, {"y": "1"}))


def whole_prefixes() -> Form:
    """Return HTTPRoutes that replace the prefix / of every path."""
    told = {"x.example.com": "/v", "y.example.com": "/v/", "z.example.com": "/"}
    routes = [_http_route(host[0], host, _rewritten("/", replacePrefixMatch=to)) for host, to in told.items()]
    asked = [Probe(_EDGE, host, path) for host in told for path in ("/", "/x", "/x/y", "//x")]
    return Form("whole prefixes", ManifestSet.of([*_services("web"), _gateway(_listener("h")), *routes]), asked)


def listeners() -> Form:
    """Return HTTPRoutes at listeners with hosts of their own: the nearest listener of a port takes a request alone."""
    gateway = _gateway(
        _listener("any", "*.example.com"), _listener("x", "x.example.com"), _listener("o", "o.org", port=81)
    )
    two = {"matches": [{"path": {"type": "PathPrefix", "value": "/two"}}]}
    routes = [
        _http_route("one", "", {}, listener="any"),
        _http_route("two", "*.example.com", two, listener="x", to="two"),
        _http_route("three", "o.org", {}, to="three"),
        _http_route("nowhere", "z.org", {}, to="three"),
        _http_route("apart", "x.example.com", {}, listener="any", to="three"),
    ]
    hosts = ("x.example.com", "y.example.com", "a.b.example.com", "example.com", "o.org", "z.org")
    doors = (_EDGE, Door("a/gw", 81))
    asked = [Probe(door, host, path) for door in doors for host in hosts for path in ("/", "/two")]
    return Form("listeners", ManifestSet.of([*_services("web", "two", "three"), gateway, *routes]), asked)

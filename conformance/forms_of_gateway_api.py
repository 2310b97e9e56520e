"""Forms of Gateway API's Gateways and HTTPRoutes.

Owns these tables. Must not know who is asked about them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from conformance.form import AT_EDGE, Form, an_object, service
from gitramp.pipeline.probes import Probe
from gitramp.preview import Door
from gitramp.preview.doors import GATEWAY_API
from gitramp.resource import Manifest, ManifestSet


def _http_route(name: str, host: str, *listed: dict[str, Any], listener: str = "", to: str = "web") -> Manifest:
    rules = [{"backendRefs": [{"name": to, "port": 80}], **rule} for rule in listed]
    parent = {"name": "gw", **({"sectionName": listener} if listener else {})}
    spec = {"parentRefs": [parent], **({"hostnames": [host]} if host else {}), "rules": rules}
    return an_object(GATEWAY_API, "HTTPRoute", name, spec)


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
    found = ManifestSet.of([service("web"), service("other"), _gateway(_listener("h")), *_ROUTES])
    return Form("HTTPRoutes", found, list(_ranked()))


def _listener(name: str, host: str = "", port: int = 80) -> dict[str, Any]:
    return {"name": name, "port": port, "protocol": "HTTP", **({"hostname": host} if host else {})}


def _gateway(*listened: dict[str, Any]) -> Manifest:
    return an_object(GATEWAY_API, "Gateway", "gw", {"gatewayClassName": "istio", "listeners": list(listened)})


def _ranked() -> Iterable[Probe]:
    for host in ("q.example.com", "x.example.com", "other.org"):
        for path in _TARGETS.split():
            for method in ("GET", "PUT"):
                yield from (Probe(AT_EDGE, host, path, method, headers) for headers in ({}, {"x-t": "1"}, {"y": "1"}))


def whole_prefixes() -> Form:
    """Return HTTPRoutes that replace the prefix / of every path."""
    told = {"x.example.com": "/v", "y.example.com": "/v/", "z.example.com": "/"}
    routes = [_http_route(host[0], host, _rewritten("/", replacePrefixMatch=to)) for host, to in told.items()]
    asked = [Probe(AT_EDGE, host, path) for host in told for path in ("/", "/x", "/x/y", "//x")]
    return Form("whole prefixes", ManifestSet.of([service("web"), _gateway(_listener("h")), *routes]), asked)


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
    doors = (AT_EDGE, Door("a/gw", 81))
    asked = [Probe(door, host, path) for door in doors for host in hosts for path in ("/", "/two")]
    return Form(
        "listeners", ManifestSet.of([service("web"), service("two"), service("three"), gateway, *routes]), asked
    )

"""Forms of Istio's Gateways and VirtualServices.

Owns these tables. Must not know who is asked about them.
"""

from __future__ import annotations

from typing import Any

from conformance.form import AT_EDGE, IN_MESH, Form, an_object, service, virtual_service
from gitramp import wire
from gitramp.pipeline.probes import Probe
from gitramp.preview import Door
from gitramp.preview.doors import ISTIO
from gitramp.resource import ManifestSet

WEB = "web.a.svc.cluster.local"
OTHER = "other.b.svc.cluster.local"


def _to(host: str, port: int = 80) -> list[Any]:
    return [{"destination": {"host": host, **({"port": {"number": port}} if port else {})}}]


_TO_WEB, _TO_OTHER = _to(WEB), _to(OTHER)


def _rules(*listed: dict[str, Any]) -> ManifestSet:
    rules = [*listed, {"directResponse": {"status": 404}}]
    route = virtual_service("a", "web", ["web.example.com"], *rules)
    return ManifestSet.of([service("web"), service("other", "b"), route])


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
        Probe(IN_MESH, "web.example.com", path, method, headers, query)
        for path in _PATHS
        for headers in _HEADERS
        for query in _QUERIES
        for method in ("GET", "PUT")
    ]
    return Form("matches", _rules(*({"match": [each], "route": _TO_WEB} for each in _MATCHES)), asked)


_EXPRESSIONS = r"""
\Qa.b\E+ [[:alpha:]]+ [[:^digit:]x]+ \d+ \w+ \W+ [\D5]+ \pL+ a(?i)b (a(?i)b)c a(?i)b|c (?i)é [\d-]+ x{,2} ^a$
a\z . (?U)a+ \x{61}b \101 (?i:a)B \s
"""
_TEXTS = """
a A ab aB AB aBc aBC c C 12 1-2 1x x xx x{,2} a.b a.bb axb \xe9 \xc9 \u0663 -- 5b aaa b_1
"""


def expressions() -> Form:
    """Return a VirtualService with an expression a path, for the text of a header."""
    found = [
        {"match": [{"uri": {"exact": f"/{n}"}, "headers": {"x": {"regex": each}}}], "route": _TO_WEB}
        for n, each in enumerate(_EXPRESSIONS.split())
    ]
    paths = [f"/{n}" for n in range(len(found))]
    asked = [Probe(IN_MESH, "web.example.com", path, headers={"x": text}) for path in paths for text in _TEXTS.split()]
    return Form("expressions", _rules(*found), asked)


_TWICE: list[dict[str, Any]] = [
    {"headers": {"%": {"exact": "2"}}},
    {"headers": {"%": {"exact": "1,2"}}},
    {"headers": {"%": {"prefix": "1,"}}},
    {"headers": {"%": {"regex": "2"}}},
    {"headers": {"%": {"regex": "1.*2"}}},
    {"headers": {"%": {}}},
    {"withoutHeaders": {"%": {"exact": "2"}}},
    {"withoutHeaders": {"%": {"exact": "1,2"}}},
    {"withoutHeaders": {"%": {"regex": "1.*2"}}},
    {"withoutHeaders": {"%": {}}},
]


def headers_twice() -> Form:
    """Return a VirtualService that tests headers of two lines: those that a proxy joins, and others."""
    names = ("x", "accept-language", *sorted(wire.JOINED - _PROXYS_OWN))
    found: list[dict[str, Any]] = []
    asked: list[Probe] = []
    for name in names:
        for n, test in enumerate(_TWICE):
            path = f"/{name}/{n}"
            said = {kind: {name: each["%"]} for kind, each in test.items()}
            found.append({"match": [{"uri": {"exact": path}, **said}], "route": _TO_WEB})
            asked.append(Probe(IN_MESH, "web.example.com", path, headers={name: "1"}, further={name: "2"}))
    return Form("headers twice", _rules(*found), asked)


_PROXYS_OWN = frozenset({"x-envoy-attempt-count", "x-forwarded-for", "x-forwarded-proto", "x-request-id"})
"""Headers that a proxy removes or writes itself, or that it does as its settings say."""

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
    return Form("rewrites", found, [Probe(IN_MESH, "web.example.com", path) for path in paths])


def schemes() -> Form:
    """Return a VirtualService that tells schemes apart, at a gateway and in the mesh."""
    port = {"number": 80, "name": "http", "protocol": "HTTP"}
    server = {"port": port, "hosts": ["*/web.example.com"]}
    gateway = an_object(ISTIO, "Gateway", "gw", {"selector": {"istio": "in"}, "servers": [server]})
    rules = [{"match": [{"scheme": {"exact": "https"}}], "directResponse": {"status": 404}}, {"route": _TO_WEB}]
    spec = {"hosts": ["web.example.com", WEB], "gateways": ["a/gw", "mesh"], "http": rules}
    found = ManifestSet.of([service("web"), gateway, an_object(ISTIO, "VirtualService", "web", spec)])
    said = ({}, *({"x-forwarded-proto": scheme} for scheme in ("https", "HTTPS", "http", "ftp")))
    ways = ((AT_EDGE, "web.example.com"), (IN_MESH, WEB))
    return Form("schemes", found, [Probe(door, host, headers=headers) for door, host in ways for headers in said])


_REDIRECTS: list[dict[str, Any]] = [
    {"uri": "/new"},
    {"authority": "n.example.com"},
    {"scheme": "https"},
    {"port": 8443},
    {"redirectCode": 308, "uri": "/x", "authority": "b.c"},
    {"uri": "/q?x=1"},
    {"scheme": "https", "port": 443},
    {"port": 80},
    {"redirectCode": 303, "uri": "/v"},
    {"authority": "h.example.com:88"},
]
_WEIGHTS = [(1, 2), (0, 7), (30, 70)]
_TESTS: list[dict[str, Any]] = [
    {"uri": {"exact": "/h"}, "authority": {"prefix": "web"}},
    {"uri": {"exact": "/s"}, "scheme": {"exact": "https"}},
    {"uri": {"exact": "/t"}, "scheme": {"exact": "http"}},
    {"uri": {"exact": "/ex"}, "headers": {"x": {"exact": ""}}},
    {"uri": {"exact": "/rx"}, "headers": {"x": {"regex": ".*"}}},
    {"uri": {"exact": "/wo"}, "withoutHeaders": {"x": {"regex": "a.*"}}},
    {"uri": {"exact": "/qx"}, "queryParams": {"b": {"exact": ""}}},
    {"uri": {"exact": "/qp"}, "queryParams": {"b": {"prefix": "v"}}},
    {"uri": {"exact": "/qr"}, "queryParams": {"b": {"regex": ".*"}}},
    {"headers": {"x": {"exact": "1"}, "y": {"prefix": "2"}}},
]


def actions() -> Form:
    """Return a VirtualService with redirects, shares of every sum, and tests that pass in more than one way."""
    found: list[dict[str, Any]] = [
        {"match": [{"uri": {"prefix": f"/r{n}"}}], "redirect": each} for n, each in enumerate(_REDIRECTS)
    ]
    for n, (one, two) in enumerate(_WEIGHTS):
        shared = [{**_TO_WEB[0], "weight": one}, {**_TO_OTHER[0], "weight": two}]
        found.append({"match": [{"uri": {"prefix": f"/w{n}"}}], "route": shared})
    found.append({"match": [{"uri": {"exact": "/none"}}], "route": [{**_TO_WEB[0], "weight": 0}]})
    found.append({"match": [{"uri": {"prefix": "/d"}}], "directResponse": {"status": 503, "body": {"string": "no"}}})
    found.append({"match": [{"uri": {"prefix": "/U"}, "ignoreUriCase": True}], "rewrite": {"uri": "/low"}})
    found[-1]["route"] = _TO_OTHER
    found += [{"match": [each], "route": _TO_OTHER} for each in _TESTS]
    plain = [*(f"/r{n}" for n in range(len(_REDIRECTS))), "/w0", "/w1", "/w2", "/none", "/d", "//d", "/a/../d", "/%64"]
    asked = [Probe(IN_MESH, "web.example.com", path) for path in [*plain, "/d%2f", "/d//x", "/U", "/u/x"]]
    asked += [Probe(IN_MESH, "web.example.com", path, query={"a": "b"}) for path in ("/r0", "/r5")]
    for test in _TESTS:
        path = test.get("uri", {"exact": "/"})["exact"]
        for headers in ({}, {"x": ""}, {"x": "a"}, {"x": "1", "y": "22"}):
            asked += [Probe(IN_MESH, "web.example.com", path, "GET", headers, q) for q in ({}, {"b": ""}, {"b": "v1"})]
    return Form("actions", _rules(*found), asked)


def hosts_of_gateways() -> Form:
    """Return a Gateway whose hosts are open to some namespaces, have wildcards, or send on to HTTPS."""
    plain = ["a/x.example.com", "b/y.example.com", "./z.example.com", "*.w.example.com", "*/q.example.com"]
    servers = [
        {"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": plain},
        {"port": {"number": 8080, "name": "all", "protocol": "HTTP"}, "hosts": ["*"]},
        {
            "port": {"number": 81, "name": "led", "protocol": "HTTP"},
            "hosts": ["x.example.com"],
            "tls": {"httpsRedirect": True},
        },
    ]
    web, other = {"route": _TO_WEB}, {"route": _TO_OTHER}
    own = ["x.example.com", "y.example.com", "z.example.com"]
    found = [
        an_object(ISTIO, "Gateway", "gw", {"selector": {"istio": "edge"}, "servers": servers}),
        service("web"),
        service("other", "b"),
        virtual_service("a", "own", own, web, gateways=["gw"]),
        virtual_service("b", "theirs", ["y.example.com", "q.example.com"], other, gateways=["a/gw"]),
        virtual_service("a", "wide", ["*.w.example.com"], web, gateways=["gw"]),
        virtual_service("a", "deep", ["deep.w.example.com"], other, gateways=["gw"]),
    ]
    at = [*own, "q.example.com", "a.w.example.com", "deep.w.example.com", "a.b.w.example.com", "w.example.com"]
    asked = [Probe(Door("a/gw", port), host) for port in (80, 8080, 81) for host in [*at, "none.org"]]
    asked += [Probe(Door("a/gw", port), host) for port in (80, 8080) for host in ("X.example.com", "x.example.com.")]
    return Form("hosts of gateways", ManifestSet.of(found), [each for each in asked if _is_certain(each)])


def _is_certain(probe: Probe) -> bool:
    """Whether one VirtualService has the host at that port: of two, the older one counts, and these are of one age."""
    return (probe.host, probe.door.port) != ("y.example.com", 8080)


def names_in_the_mesh() -> Form:
    """Return routes for short names, ports, and hosts without a Service, for the spellings of a caller."""
    web = [
        {"match": [{"port": 8080}], "route": _TO_OTHER},
        {"match": [{"gateways": ["gw"]}], "directResponse": {"status": 418}},
        {"match": [{"uri": {"prefix": "/s"}, "sourceLabels": {"app": "z"}}], "directResponse": {"status": 418}},
        {"match": [{"uri": {"prefix": "/n"}, "sourceNamespace": "zz"}], "directResponse": {"status": 418}},
        {"route": _to("web")},
    ]
    found = [
        service("web", ports=(80, 8080)),
        service("plain", ports=(8081, 80)),
        service("other", "b"),
        virtual_service("a", "web", ["web"], *web),
        virtual_service("b", "ext", ["ext.example.com"], {"route": _to(OTHER, 0)}),
        virtual_service("b", "wild", ["*.wild.example.com"], {"route": _to(OTHER, 0)}),
    ]
    names = ["web.a.svc", "web.a", "web.a:8080", WEB, f"{WEB}:8080", f"{WEB}:80", "WEB.a.svc.cluster.local", f"{WEB}."]
    names += ["plain.a.svc.cluster.local", "plain.a.svc.cluster.local:80", OTHER, "ext.example.com"]
    names += ["a.wild.example.com", "b.a.wild.example.com"]
    asked = [Probe(IN_MESH, name, path) for name in names for path in ("/", "/s", "/n")]
    return Form("names in the mesh", ManifestSet.of(found), asked)

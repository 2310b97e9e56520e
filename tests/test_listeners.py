"""Ports, hosts and schemes of gateways: which listener takes a request, and which routes it has.

`make mesh-check` puts the same to Istio's own code: conformance/forms.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from gitramp import preview, router
from gitramp.preview import Door
from gitramp.preview.config import listeners
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId

API, ISTIO = "gateway.networking.k8s.io", "networking.istio.io"


def thing(group: str, kind: str, name: str, spec: Any) -> Manifest:
    return Manifest(ResourceId(GroupVersionKind(group, "v1", kind), "a", name), {"spec": spec}, {}, ())


def listener(name: str, host: str, port: int = 80) -> dict[str, Any]:
    return {"name": name, "port": port, "hostname": host, "protocol": "HTTP"}


def route(name: str, section: str = "", *hosts: str, path: str = "/") -> Manifest:
    rule = {"matches": [{"path": {"value": path}}], "backendRefs": [{"name": name, "port": 80}]}
    parent = {"name": "gw", **({"sectionName": section} if section else {})}
    return thing(API, "HTTPRoute", name, {"parentRefs": [parent], "hostnames": list(hosts), "rules": [rule]})


GATEWAY = {"listeners": [listener("w", "*.b.c"), listener("x", "X.b.c"), listener("o", "o.org", 81)]}
ROUTES = [
    route("inherits", "w"),
    route("narrower", "", "*.y.b.c"),
    route("at-x", "x", "*.b.c", path="/two"),
    route("apart", "", "z.org"),
]


@pytest.fixture(scope="module")
def by_api() -> ManifestSet:
    return ManifestSet.of([thing(API, "Gateway", "gw", GATEWAY), *ROUTES])


@pytest.mark.parametrize(
    ("host", "port", "path", "who"),
    [
        ("q.b.c", 80, "/", "inherits"),
        ("q.b.c", 0, "/", "inherits"),
        ("q.b.c", 81, "/", ""),
        ("q.y.b.c", 80, "/", "narrower"),
        ("x.b.c", 80, "/", ""),
        ("x.b.c", 80, "/two", "at-x"),
        ("b.c", 80, "/", ""),
        ("z.org", 80, "/", ""),
        ("o.org", 81, "/", ""),
    ],
)
def test_nearest_listener_of_a_port_takes_a_request_with_its_own_routes(
    by_api: ManifestSet, host: str, port: int, path: str, who: str
) -> None:
    found = router.answer(by_api, router.Request(host, path, way_in="a/gw", port=port))
    assert [share.host for share in found.shares] == ([f"{who}.a.svc"] if who else [])


def test_preview_has_the_same_hosts_and_an_empty_one_where_no_route_is(by_api: ManifestSet) -> None:
    (door,) = (door for door in preview.shown(by_api, "cluster.local").routes if door == Door("a/gw", 80))
    hosts = {each["name"]: len(each["routes"]) for each in preview.shown(by_api, "cluster.local").routes[door]}
    assert hosts == {"*.b.c": 1, "*.y.b.c": 1, "x.b.c": 1}
    without = ManifestSet.of([thing(API, "Gateway", "gw", GATEWAY), *ROUTES[:2]])
    shown = preview.shown(without, "cluster.local").routes[door]
    assert [each["name"] for each in shown if not each["routes"]] == ["x.b.c"]


def served(protocol: str, port: int) -> dict[str, Any]:
    return {"port": {"number": port, "protocol": protocol}, "hosts": ["*/web.b"]}


@pytest.mark.parametrize(
    ("servers", "port", "scheme"),
    [
        ([served("HTTP", 80)], 0, "http"),
        ([served("HTTP", 80), served("HTTPS", 443)], 0, "https"),
        ([served("HTTP", 80), served("HTTPS", 443)], 80, "http"),
        ([served("HTTPS", 8443)], 8443, "https"),
    ],
)
def test_gateway_tells_the_scheme_of_a_request_whatever_a_client_says(servers: Any, port: int, scheme: str) -> None:
    match = [{"scheme": {"exact": "https"}}]
    rules = [{"match": match, "directResponse": {"status": 201}}, {"directResponse": {"status": 200}}]
    spec = {"hosts": ["web.b"], "gateways": ["gw"], "http": rules}
    found = ManifestSet.of(
        [thing(ISTIO, "Gateway", "gw", {"servers": servers}), thing(ISTIO, "VirtualService", "v", spec)]
    )
    other = {"http": "https", "https": "http"}[scheme]
    request = router.Request("web.b", headers={"x-forwarded-proto": other}, way_in="a/gw", port=port)
    assert router.answer(found, request).status == {"http": 200, "https": 201}[scheme]


def test_preview_says_https_where_a_gateway_ends_tls(tmp_path: Any) -> None:
    plain, tls = listeners(tmp_path, {Door("a/gw", 80): 1, Door("a/gw", 443, tls=True): 2})
    said = [
        each["filter_chains"][0]["filters"][0]["typed_config"].get("scheme_header_transformation")
        for each in (plain, tls)
    ]
    assert said == [None, {"scheme_to_overwrite": "https"}]

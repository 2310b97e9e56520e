"""Routes by hand, read as Istio's own code was found to read them: `make mesh-check` asks it."""

from __future__ import annotations

from typing import Any

import pytest

from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId
from gitramp.router import Answer, Request, answer


def ask(manifests: ManifestSet, target: str = "/") -> Answer:
    """Ask at the Gateway, on whichever port it has."""
    request = Request.to("web.example.com", target)
    return answer(manifests, Request(request.host, request.path, query=request.query, way_in="a/gw"))


def of_istio(*rules: dict[str, Any], namespace: str = "a", **server: Any) -> ManifestSet:
    """Return a Gateway with a server, and a VirtualService for web.example.com at it."""
    port = {"number": 80, "name": "http", "protocol": "HTTP"}
    bodies = {
        "Gateway": ("a", {"servers": [{"port": port, "hosts": ["*"], **server}]}),
        "VirtualService": (namespace, {"hosts": ["web.example.com"], "gateways": ["a/gw"], "http": list(rules)}),
    }
    made = (
        Manifest(ResourceId(GroupVersionKind("networking.istio.io", "v1", kind), space, "gw"), {"spec": spec}, {}, ())
        for kind, (space, spec) in bodies.items()
    )
    return ManifestSet.of(made)


@pytest.mark.parametrize(
    ("host", "status"),
    [("*", 201), ("*/*", 201), ("web.example.com", 201), ("b/*.example.com", 201), ("a/*", 404), ("./*", 404)],
)
def test_gateway_is_open_to_routes_of_the_namespaces_that_it_names(host: str, status: int) -> None:
    found = of_istio({"directResponse": {"status": 201}}, namespace="b", hosts=[host])
    assert ask(found).status == status
    own = of_istio({"directResponse": {"status": 201}}, hosts=[host.replace("b/", "a/")])
    assert ask(own).status == 201


@pytest.mark.parametrize(
    ("protocol", "status", "location"),
    [("HTTP", 201, "http://web.example.com/new"), ("HTTPS", 202, "https://web.example.com/new")],
)
def test_scheme_is_that_of_the_port(protocol: str, status: int, location: str) -> None:
    rules: list[dict[str, Any]] = [
        {"match": [{"uri": {"exact": "/old"}}], "redirect": {"uri": "/new"}},
        {"match": [{"scheme": {"exact": "http"}}], "directResponse": {"status": 201}},
        {"directResponse": {"status": 202}},
    ]
    found = of_istio(*rules, port={"number": 443, "protocol": protocol})
    assert ask(found).status == status
    assert ask(found, "/old").location == location


def test_what_replaces_a_prefix_replaces_it_in_other_letters_too() -> None:
    match, to = [{"uri": {"prefix": "/API"}, "ignoreUriCase": True}], [{"destination": {"host": "web"}}]
    found = of_istio({"match": match, "rewrite": {"uri": "/v1"}, "route": to})
    assert ask(found, "/api/x").path == "/v1/x"


def test_query_of_a_redirect_replaces_that_of_the_request() -> None:
    found = of_istio({"redirect": {"uri": "/q?x=1"}})
    asked = ask(found, "/old?y=2")
    assert asked.location == "http://web.example.com/q?x=1"

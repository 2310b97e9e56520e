"""Matches that are about some ways in only: each way in has the rules that are for it, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from gitramp import preview, router
from gitramp.durations import in_seconds
from gitramp.preview import Door
from gitramp.resource import ManifestSet
from gitramp.router import MESH
from random_environments import judged

EDGE, HOST, APEX = "services/public", "search.example.com", "search.services"
SPLIT, CANARY = {"v1": 90, "v2": 10}, {"v2": 100}
AMBIENT, BY_API = {"mesh": "ambient"}, {"ingress": "gateway-api", "mesh": "ambient"}


def rendered(match: list[Any], platform: Any = None, **said: Any) -> ManifestSet:
    tracks = {track: {"image": f"ghcr.io/acme/search:1.{track}"} for track in ("v1", "v2")}
    search = {"port": 8080, "ports": {"admin": {"port": 9090}}, "hosts": [HOST], "tracks": tracks, "stable": "v1"}
    built = judged(
        0,
        {
            "apiVersion": "gitramp/v1alpha1",
            "kind": "Environment",
            "platform": platform or {},
            "gateways": {"public": {"selector": {"istio": "in"}}, "pub": {"selector": {"istio": "pub"}}},
            "services": {"search": {**search, "canary": {"track": "v2", "weight": 10, "match": match}, **said}},
        },
    ).built
    assert built is not None
    return built.manifests


def asked(manifests: ManifestSet, way_in: str, port: int = 80, target: str = "/", **more: Any) -> dict[str, int] | int:
    headers = more.pop("headers", {}).items()
    request = router.Request.to(APEX if way_in == MESH else HOST, target, headers=headers)
    parts = {name: getattr(request, name) for name in request.__slots__}
    found = router.answer(manifests, router.Request(**{**parts, "way_in": way_in, "port": port, **more}))
    return found.status or {share.track: int(share.probability * 100) for share in found.shares}


@pytest.mark.parametrize("platform", [None, AMBIENT, BY_API], ids=str)
def test_match_for_one_gateway_leaves_the_mesh_and_its_ports_alone(platform: Any) -> None:
    found = rendered([{"gateways": ["public"]}], platform)
    assert asked(found, EDGE) == CANARY
    assert asked(found, "services/pub") == asked(found, MESH) == asked(found, MESH, 9090) == SPLIT


@pytest.mark.parametrize("platform", [None, AMBIENT, BY_API], ids=str)
def test_match_for_the_mesh_is_for_all_of_its_ports(platform: Any) -> None:
    found = rendered([{"gateways": ["mesh", "pub"]}], platform)
    assert asked(found, "services/pub") == asked(found, MESH) == asked(found, MESH, 9090) == CANARY
    assert asked(found, EDGE) == SPLIT


@pytest.mark.parametrize("platform", [AMBIENT, BY_API], ids=str)
def test_route_for_a_gateway_and_the_mesh_is_said_to_both(platform: Any) -> None:
    route = {"match": [{"path": {"prefix": "/old"}, "gateways": ["public", "mesh"]}], "redirect": {"path": "/new"}}
    found = rendered([], platform, routes={"old": route})
    assert asked(found, EDGE, target="/old") == asked(found, MESH, target="/old") == 302
    assert asked(found, "services/pub", target="/old") == SPLIT


def test_caller_is_looked_at_on_further_ports_too() -> None:
    found = rendered([{"sourceLabels": {"app": "shop"}}])
    for port in (80, 9090):
        assert asked(found, MESH, port, labels={"app": "shop"}) == CANARY
        assert asked(found, MESH, port) == SPLIT


def test_route_for_every_path_is_the_last_one() -> None:
    found = rendered([{"cookies": {"access": {"exact": "v2"}}}], routes={"all": {"match": [{"path": {"prefix": "/"}}]}})
    (routes,) = found.of_kind("VirtualService")
    names = [rule["name"] for rule in routes.body["spec"]["http"]]
    assert names == ["port-admin-canary-match", "port-admin-split", "all-canary-match", "all-split"]


@pytest.mark.parametrize(
    ("expression", "cookie", "fits"),
    [
        ("^v[2-9]$", "access=v2", True),
        ("^v[2-9]$", "a=b; access=v2; c=d", True),
        ("^v[2-9]$", "access=v20", False),
        (".*x", "access=vx", True),
        (".*x", "access=v; other=x", False),
        ("[^a]+x", "access=v; other=x", False),
    ],
)
def test_expression_of_a_cookie_is_for_its_value_alone(expression: str, cookie: str, *, fits: bool) -> None:
    found = rendered([{"cookies": {"access": {"regex": expression}}}])
    assert asked(found, EDGE, headers={"cookie": cookie}) == (CANARY if fits else SPLIT)


@pytest.mark.parametrize(
    ("said", "seconds"), [("1500ms", "1.5s"), ("1m", "60s"), ("1h30m", "5400s"), ("", "0s"), ("1ms", "0.001s")]
)
def test_preview_has_time_limits_in_seconds(said: str, seconds: str) -> None:
    assert in_seconds(said) == seconds
    if said in {"1500ms", "1m"}:
        found = rendered([], routes={"slow": {"timeout": said}})
        listed = preview.shown(found, "cluster.local").routes[Door(EDGE, 80)]
        assert {route["route"]["timeout"] for host in listed for route in host["routes"]} == {seconds}

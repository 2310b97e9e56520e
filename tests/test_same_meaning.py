"""One overlay said to Istio, to Gateway API and to ambient mode sends each request to the same track."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gitramp.pipeline import build
from gitramp.resource import ManifestSet
from gitramp.router import MESH, Request, answer, gateways_for
from gitramp.source import Snapshot

CASE = Path(__file__).parent / "cases" / "gateway-api" / "environments" / "production.yaml"
PLATFORMS = {
    "istio": ("istio", "sidecar"),
    "gateway-api": ("gateway-api", "sidecar"),
    "ambient": ("istio", "ambient"),
    "gateway-api and ambient": ("gateway-api", "ambient"),
}
HOST, APEX = "search.example.com", "search.services"


def rendered(ingress: str, mesh: str) -> ManifestSet:
    said = CASE.read_text().replace("ingress: gateway-api, mesh: ambient", f"ingress: {ingress}, mesh: {mesh}")
    (built,) = build(Snapshot({"environments/production.yaml": said.encode()}))
    return built.manifests


@pytest.fixture(scope="module")
def platforms() -> dict[str, ManifestSet]:
    found = {name: rendered(*platform) for name, platform in PLATFORMS.items()}
    kinds = {name: {m.id.gvk.kind for m in manifests} for name, manifests in found.items()}
    assert "HTTPRoute" not in kinds["istio"]
    assert {"VirtualService", "HTTPRoute", "ReferenceGrant"} <= kinds["ambient"]
    assert "VirtualService" not in kinds["gateway-api"] | kinds["gateway-api and ambient"]
    return found


class Shape(NamedTuple):
    """A request, and what must become of it."""

    expected: dict[str, int] | int
    target: str = "/"
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    path: str = ""
    edge_only: bool = False


SPLIT, STABLE, CANARY = {"v1": 75, "v2": 25}, {"v1": 100}, {"v2": 100}
SHAPES = [
    Shape(SPLIT),
    Shape(SPLIT, "/anything?x=1"),
    Shape(CANARY, "/", (("x-track", "canary"),)),
    Shape(CANARY, "/", (("X-Track", "canary"),)),
    Shape(SPLIT, "/", (("x-track", "canary2"),)),
    Shape(SPLIT, "/", (("x-track", "Canary"),)),
    Shape(SPLIT, "/?x-track=canary"),
    Shape(CANARY, "/", (("cookie", "access=v2"),)),
    Shape(CANARY, "/", (("cookie", "a=b; access=v2; c=d"),)),
    Shape(SPLIT, "/", (("cookie", "access=v20"),)),
    Shape(SPLIT, "/", (("cookie", "my-access=v2"),)),
    Shape(CANARY, "/", (("cookie", "track=v2"),)),
    Shape(STABLE, "/", (("cookie", "track=v1"),)),
    Shape(CANARY, "/", (("cookie", "track=v1"), ("x-track", "canary"))),
    Shape(SPLIT, "/", (("cookie", "track=v3"),)),
    Shape(SPLIT, "/api", path="/v1"),
    Shape(SPLIT, "/api/items", path="/v1/items"),
    Shape(SPLIT, "/apis", path="/apis"),
    Shape(SPLIT, "/API/items", path="/API/items"),
    Shape(CANARY, "/api/items", (("x-track", "canary"),), path="/v1/items"),
    Shape(STABLE, "/api/items", (("cookie", "track=v1"),), path="/v1/items"),
    Shape(SPLIT, "/login", method="POST", path="/session"),
    Shape(SPLIT, "/login", path="/login"),
    Shape(CANARY, "/login", (("x-track", "canary"),), method="POST", path="/session"),
    Shape(301, "/old"),
    Shape(301, "/old/page"),
    Shape(SPLIT, "/older", path="/older"),
    Shape(SPLIT, "/report", method="PUT", path="/report"),
    Shape(SPLIT, "/report?format=csv", path="/export"),
    Shape(SPLIT, "/report?format=pdf", path="/report"),
    Shape(CANARY, "/report?format=csv", (("x-track", "canary"),), path="/export"),
    Shape(CANARY, "/anything", (("x-beta", "on-2"),), edge_only=True),
    Shape(SPLIT, "/anything", (("x-beta", "off"),)),
    Shape(SPLIT, "/api/items", (("x-track", "other"),), method="DELETE", path="/v1/items"),
]


def asked(manifests: ManifestSet, shape: Shape, way_in: str) -> tuple[Any, str]:
    host = APEX if way_in == MESH else HOST
    request = Request.to(host, shape.target, shape.method, shape.headers)
    found = answer(manifests, Request(**{**{f: getattr(request, f) for f in Request.__slots__}, "way_in": way_in}))
    if found.status:
        return found.status, ""
    shares: dict[str, Fraction] = {}
    for share in found.shares:
        shares[share.track] = shares.get(share.track, Fraction()) + share.probability
    return {track: int(probability * 100) for track, probability in shares.items()}, found.path


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.method} {shape.target} {shape.headers}")
@pytest.mark.parametrize("name", PLATFORMS)
def test_request_reaches_the_same_track(platforms: dict[str, ManifestSet], name: str, shape: Shape) -> None:
    (gateway,) = gateways_for(platforms[name], HOST)
    expected, path = asked(platforms[name], shape, gateway)
    assert expected == shape.expected
    if shape.path:
        assert path == shape.path
    in_mesh, _ = asked(platforms[name], shape, MESH)
    assert in_mesh == (SPLIT if shape.edge_only else shape.expected)


@pytest.mark.parametrize("name", PLATFORMS)
def test_further_port_is_split_in_the_mesh(platforms: dict[str, ManifestSet], name: str) -> None:
    found = answer(platforms[name], Request(APEX, port=9090))
    assert [(share.track, int(share.probability * 100), share.port) for share in found.shares] == [
        ("v1", 75, 9090),
        ("v2", 25, 9090),
    ]


@pytest.mark.parametrize("name", PLATFORMS)
def test_plain_http_is_redirected(platforms: dict[str, ManifestSet], name: str) -> None:
    (gateway,) = gateways_for(platforms[name], HOST)
    assert answer(platforms[name], Request(HOST, "/api", port=80, way_in=gateway)).status == 301
    assert answer(platforms[name], Request(HOST, "/api", port=443, way_in=gateway)).status == 0
    assert answer(platforms[name], Request("other.example.com", way_in=gateway)).status == 404


def test_without_a_mesh_the_edge_is_split_and_callers_inside_get_stable() -> None:
    said = CASE.read_text().replace("ingress: gateway-api, mesh: ambient", "ingress: gateway-api, mesh: none")
    said = said.replace("trust: {defaultDeny: true}", "trust: {networkPolicies: true}")
    (built,) = build(Snapshot({"environments/production.yaml": said.encode()}))
    mesh_only = {"AuthorizationPolicy", "PeerAuthentication", "VirtualService", "DestinationRule", "Sidecar"}
    assert mesh_only.isdisjoint({m.id.gvk.kind for m in built.manifests})
    (gateway,) = gateways_for(built.manifests, HOST)
    assert asked(built.manifests, Shape(SPLIT), gateway)[0] == SPLIT
    assert asked(built.manifests, Shape(STABLE), MESH)[0] == STABLE

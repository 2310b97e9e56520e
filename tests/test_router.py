"""Which track answers which request, asked of the objects that overlays really render to."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from gitramp.overlays import snapshot
from gitramp.pipeline import build
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId
from gitramp.router import MESH, Answer, Request, answer, gateways_for

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = "services/public"
CASES = Path(__file__).parent / "cases"


def environment(workspace: Path, name: str) -> ManifestSet:
    (found,) = build(snapshot(workspace), [name])
    return found.manifests


@pytest.fixture(scope="module")
def routes() -> ManifestSet:
    return environment(CASES / "routes", "production")


@pytest.fixture(scope="module")
def demo() -> dict[str, ManifestSet]:
    return {name: environment(ROOT, name) for name in ("dev", "staging", "production")}


def shares(found: Answer) -> dict[str, int]:
    """Return track -> percent."""
    return {share.track: int(share.probability * 100) for share in found.shares}


def ask(manifests: ManifestSet, target: str = "/", way_in: str = PUBLIC, **parts: Any) -> Answer:
    host = parts.pop("host", "search.example.com")
    headers = [(name, value) for name, value in parts.pop("headers", {}).items()]
    request = Request.to(host, target, parts.pop("method", "GET"), headers)
    fields = {"way_in": way_in, "labels": {}, "namespace": "", **parts}
    return answer(manifests, Request(**{**{f: getattr(request, f) for f in Request.__slots__}, **fields}))


SPLIT = {"v1": 90, "v2": 10}
CANARY, STABLE = {"v2": 100}, {"v1": 100}
SHAPES: list[tuple[str, dict[str, Any], str, dict[str, int]]] = [
    ("/", {}, "rest-split", SPLIT),
    ("/anything?x=1", {}, "rest-split", SPLIT),
    ("/", {"headers": {"X-Track": "canary"}}, "rest-canary-match", CANARY),
    ("/", {"headers": {"x-track": "canary2"}}, "rest-split", SPLIT),
    ("/", {"headers": {"x-track": "Canary"}}, "rest-split", SPLIT),
    ("/", {"headers": {"cookie": "access=v2"}}, "rest-canary-match", CANARY),
    ("/", {"headers": {"cookie": "a=b; access=v2; c=d"}}, "rest-canary-match", CANARY),
    ("/", {"headers": {"cookie": "access=v20"}}, "rest-split", SPLIT),
    ("/", {"headers": {"cookie": "my-access=v2"}}, "rest-split", SPLIT),
    ("/", {"headers": {"cookie": "search-track=v2"}}, "rest-canary-match", CANARY),
    ("/", {"headers": {"cookie": "search-track=v1"}}, "rest-stable-sticky", STABLE),
    ("/", {"headers": {"cookie": "search-track=v1; access=v2"}}, "rest-canary-match", CANARY),
    ("/", {"way_in": MESH}, "rest-split", SPLIT),
    ("/", {"way_in": MESH, "host": "search.services"}, "rest-split", SPLIT),
    ("/", {"way_in": MESH, "host": "search.services.svc"}, "rest-split", SPLIT),
    ("/", {"way_in": MESH, "host": "search.services.svc.cluster.local:80"}, "rest-split", SPLIT),
    ("/", {"way_in": MESH, "host": "search", "namespace": "services"}, "rest-split", SPLIT),
    ("/", {"way_in": MESH, "host": "search.services", "headers": {"x-track": "canary"}}, "rest-canary-match", CANARY),
    ("/api", {}, "api-split", SPLIT),
    ("/api/", {}, "api-split", SPLIT),
    ("/api/v1?x=y", {"method": "HEAD"}, "api-split", SPLIT),
    ("/api", {"method": "POST"}, "rest-split", SPLIT),
    ("/apis", {}, "rest-split", SPLIT),
    ("/api", {"headers": {"x-track": "canary"}}, "api-canary-match", CANARY),
    ("/api/x", {"headers": {"cookie": "search-track=v1"}}, "api-stable-sticky", STABLE),
    ("/v0/api", {}, "rest-split", SPLIT),
    ("/v0/api?beta=1", {"method": "POST"}, "api-split", SPLIT),
    ("/v0/api?beta=10", {}, "rest-split", SPLIT),
    ("/v0/api?a=b&beta=1", {"headers": {"cookie": "access=v2"}}, "api-canary-match", CANARY),
    ("/old", {"way_in": MESH}, "rest-split", SPLIT),
    ("/older", {}, "rest-split", SPLIT),
    ("/admin", {"way_in": MESH, "host": "search.services"}, "rest-split", SPLIT),
    ("/", {"way_in": MESH, "host": "catalog.services"}, "split", STABLE),
    ("/beta/x", {"way_in": MESH, "host": "catalog.services", "headers": {"x-track": "can"}}, "canary-match", CANARY),
    ("/beta", {"way_in": MESH, "host": "catalog.services"}, "split", STABLE),
    ("/", {"way_in": MESH, "host": "catalog.services-v2"}, "", CANARY),
    (
        "/",
        {"way_in": MESH, "host": "catalog.services", "labels": {"app": "checkout"}, "namespace": "services-v1"},
        "beta-split",
        STABLE,
    ),
    (
        "/",
        {"way_in": MESH, "host": "catalog.services", "labels": {"app": "checkout"}, "namespace": "elsewhere"},
        "split",
        STABLE,
    ),
]


@pytest.mark.parametrize(("target", "parts", "rule", "tracks"), SHAPES)
def test_who_answers(
    routes: ManifestSet, target: str, parts: dict[str, Any], rule: str, tracks: dict[str, int]
) -> None:
    found = ask(routes, target, **parts)
    assert (found.name, shares(found)) == (rule, tracks)


@pytest.mark.parametrize(
    ("target", "status", "says"),
    [
        ("/old", 301, "redirect to http://search.example.com/new"),
        ("/old?from=a&b=", 301, "redirect to http://search.example.com/new?from=a&b="),
        ("/admin", 404, "the proxy's own answer"),
        ("/admin/x", 404, "the proxy's own answer"),
    ],
)
def test_what_the_proxy_answers_itself(routes: ManifestSet, target: str, status: int, says: str) -> None:
    found = ask(routes, target, headers={"x-track": "canary"})
    assert (found.status, found.says, found.shares) == (status, says, ())


@pytest.mark.parametrize(
    ("target", "seen"), [("/api", "/v1"), ("/api/a/b", "/v1/a/b"), ("/v0/api/?beta=1", "/v1/"), ("/other", "/other")]
)
def test_what_the_track_sees(routes: ManifestSet, target: str, seen: str) -> None:
    assert ask(routes, target).path == seen


def test_the_demo_sends_to_the_canary_what_each_environment_says(demo: dict[str, ManifestSet]) -> None:
    header: dict[str, Any] = {"headers": {"x-track": "canary"}}
    asked = {name: (ask(m, host="search.local"), ask(m, host="search.local", **header)) for name, m in demo.items()}
    assert {name: tuple(shares(found) for found in pair) for name, pair in asked.items()} == {
        "dev": (STABLE, STABLE),
        "staging": (STABLE, CANARY),
        "production": (SPLIT, CANARY),
    }


def test_a_host_that_nobody_routes(routes: ManifestSet) -> None:
    assert ask(routes, host="nope.example.com").says == "services/public does not list nope.example.com"
    unknown = ask(routes, host="nope.example.com", way_in=MESH)
    assert unknown.status == 502
    assert unknown.says == "nothing routes nope.example.com; a sidecar with ALLOW_ANY sends it to where the name leads"
    assert gateways_for(routes, "search.example.com") == (PUBLIC,)
    assert gateways_for(routes, "nope.example.com") == ()


def virtual_service(**spec: Any) -> ManifestSet:
    gvk = GroupVersionKind("networking.istio.io", "v1", "VirtualService")
    body = {"metadata": {"name": "web", "namespace": "a"}, "spec": {"hosts": ["web.local"], **spec}}
    return ManifestSet.of([Manifest(ResourceId(gvk, "a", "web"), body, {}, ())])


def test_header_names_of_others_may_have_capitals() -> None:
    """A real Envoy reads them in lower case: `make preview-check`."""
    found = virtual_service(
        http=[
            {"match": [{"headers": {"X-Up": {"exact": "1"}}}], "directResponse": {"status": 201}},
            {"match": [{"withoutHeaders": {"X-Off": {}}}], "directResponse": {"status": 202}},
            {"directResponse": {"status": 203}},
        ]
    )
    given: list[dict[str, str]] = [{"x-up": "1"}, {}, {"x-off": "1"}]
    asked = [ask(found, host="web.local", way_in=MESH, headers=headers).status for headers in given]
    assert asked == [201, 202, 203]


def http_route(rule: dict[str, Any]) -> ManifestSet:
    group = "gateway.networking.k8s.io"
    gateway = {"spec": {"listeners": [{"name": "h", "port": 80}]}}
    route = {"spec": {"parentRefs": [{"name": "gw"}], "rules": [rule]}}
    kinds = {"Gateway": ("gw", gateway), "HTTPRoute": ("web", route)}
    made = (
        Manifest(ResourceId(GroupVersionKind(group, "v1", kind), "a", name), body, {}, ())
        for kind, (name, body) in kinds.items()
    )
    return ManifestSet.of(made)


@pytest.mark.parametrize(("target", "fits"), [("/c", True), ("/c/", True), ("/c/x", True), ("/cx", False)])
def test_slash_at_the_end_of_a_prefix_does_not_count(target: str, fits: bool) -> None:
    found = http_route({"matches": [{"path": {"value": "/c/"}}], "backendRefs": [{"name": "web", "port": 80}]})
    assert bool(ask(found, target, host="web.local", way_in="a/gw").shares) is fits


@pytest.mark.parametrize(
    ("prefix", "target", "path", "seen"),
    [
        ("/c", "/d", "/c/", "/d/"),
        ("/c", "/d/", "/c", "/d"),
        ("/c", "/", "/c/x", "/x"),
        ("/c", "/", "/c", "/"),
        ("/", "/d", "/", "/d"),
        ("/", "/d", "/x", "/dx"),
        ("/", "/d/", "//x", "/d/x"),
        ("/", "/", "//x", "//x"),
    ],
)
def test_what_replaces_the_prefix_of_an_http_route(prefix: str, target: str, path: str, seen: str) -> None:
    """As the table of Gateway API has it, but for the prefix /, of which istiod replaces the slash too.

    https://gateway-api.sigs.k8s.io/reference/spec/#httppathmodifier
    """
    rewrite = {"type": "URLRewrite", "urlRewrite": {"path": {"replacePrefixMatch": target}}}
    rule = {"matches": [{"path": {"value": prefix}}], "filters": [rewrite], "backendRefs": [{"name": "web"}]}
    assert ask(http_route(rule), path, host="web.local", way_in="a/gw").path == seen


@pytest.mark.parametrize(("said", "fits"), [("", False), ("https", True), ("HTTPS", True), ("ftp", False)])
def test_scheme_in_the_mesh_is_what_the_caller_says(said: str, *, fits: bool) -> None:
    match = [{"scheme": {"exact": "https"}}]
    found = virtual_service(http=[{"match": match, "route": [{"destination": {"host": "web.a.svc.cluster.local"}}]}])
    headers = {"x-forwarded-proto": said} if said else {}
    assert bool(ask(found, host="web.local", way_in=MESH, headers=headers).shares) is fits


def test_back_ends_without_weight_are_an_answer_of_500() -> None:
    found = http_route({"backendRefs": [{"name": "web", "port": 80, "weight": 0}]})
    assert ask(found, host="web.local", way_in="a/gw").status == 500


def test_objects_that_others_wrote() -> None:
    rule = {
        "match": [
            {
                "uri": {"prefix": "/A"},
                "ignoreUriCase": True,
                "headers": {"x-here": {}},
                "withoutHeaders": {"x-not": {"exact": "1"}},
                "port": 80,
            }
        ],
        "route": [{"destination": {"host": "web.a.svc.cluster.local"}}],
    }
    found = virtual_service(http=[rule])
    fits: dict[str, Any] = {"host": "web.local:80", "way_in": MESH, "headers": {"x-here": ""}}
    assert ask(found, "/a/b", **fits).shares[0].probability == Fraction(1)
    assert ask(found, "/a/b", **fits).shares[0].track == ""
    assert ask(found, "/a/b", **{**fits, "headers": {"x-here": "", "x-not": "1"}}).status == 404
    assert ask(found, "/a/b", **{**fits, "headers": {}}).status == 404
    assert ask(found, "/b", **fits).status == 404
    assert ask(found, "/a", **{**fits, "host": "web.local:81"}).status == 404


@pytest.mark.parametrize("odd", [None, 1, "x", [], {}, [None], [{"match": 1, "route": 2}], [{"match": [None]}]])
def test_odd_objects_are_read_as_empty(odd: Any) -> None:
    found = ask(virtual_service(http=odd), host="web.local", way_in=MESH)
    assert found.shares == ()


def test_the_command_says_rule_track_and_line(example: Path, gitramp: Callable[..., CompletedProcess[str]]) -> None:
    options = ["-e", "production", "--host", "search.local", "--header", "x-track=canary", "/"]
    done = gitramp("route", *options, cwd=example)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "GET search.local/ at gateway services/public, production",
        "  VirtualService services/search /spec/http/0 (canary-match)",
        "    fits /spec/http/0/match/0  <- environments/production.yaml:17:38",
        "  -> 100 %  v2  search.services-v2.svc.cluster.local:80  <- environments/production.yaml:14:14",
    ]
    said = json.loads(gitramp("route", "-e", "production", "--host", "search.local", "-o", "json", cwd=example).stdout)
    assert [(s["track"], s["probability"]) for s in said["routed"]["shares"]] == [("v1", 0.9), ("v2", 0.1)]
    assert {s["place"] for s in said["routed"]["shares"]} == {"environments/production.yaml:15:15"}


@pytest.mark.parametrize(
    "wrong",
    [
        ["--header", "x"],
        ["--header", "=x"],
        ["--gateway", "nope"],
        ["--from-label", "a"],
        ["-X", "get"],
        ["-X", "FOO"],
        ["--host", ".local"],
    ],
)
def test_what_is_no_request_is_refused(
    example: Path, gitramp: Callable[..., CompletedProcess[str]], wrong: list[str]
) -> None:
    done = gitramp("route", "-e", "production", "--host", "search.local", *wrong, cwd=example)
    assert done.returncode == 2
    assert done.stderr.startswith("gitramp route: ")


@pytest.fixture(scope="module")
def ports() -> ManifestSet:
    return environment(CASES / "ports", "production")


@pytest.mark.parametrize(
    ("host", "header", "track", "port"),
    [
        ("search.services", "", {"v1": 75, "v2": 25}, 80),
        ("search.services:80", "canary", {"v2": 100}, 80),
        ("search.services:9090", "", {"v1": 75, "v2": 25}, 9090),
        ("search.services:9090", "canary", {"v2": 100}, 9090),
        ("search.services:7001", "canary", {"v1": 75, "v2": 25}, 7001),
        ("store.services", "", {"v1": 100}, 5432),
    ],
)
def test_every_port_is_split(ports: ManifestSet, host: str, header: str, track: dict[str, int], port: int) -> None:
    found = answer(ports, Request.to(host, headers=[("x-track", header)] if header else []))
    assert shares(found) == track
    assert {share.port for share in found.shares} == {port}


def test_gateways_offer_the_main_port_alone(ports: ManifestSet) -> None:
    found = answer(ports, Request("search.example.com", way_in=PUBLIC))
    assert {share.port for share in found.shares} == {80}


@pytest.fixture(scope="module")
def edge() -> ManifestSet:
    return environment(CASES / "gateways", "production")


@pytest.mark.parametrize(
    ("way_in", "host", "status"),
    [
        ("services/outside", "both.example.com", 0),
        ("services/outside", "both.example.com:443", 0),
        ("services/outside", "a.both.example.com:443", 0),
        ("services/outside", "both.example.com:80", 301),
        ("services/outside", "one.example.com", 404),
        ("services/inside", "both.example.com:8080", 0),
        ("services/inside", "both.example.com:443", 404),
        ("partners/partners", "one.example.com:8443", 0),
        ("partners/partners", "one.example.com:80", 404),
        ("istio-ingress/shared", "both.example.com", 0),
        ("istio-ingress/shared", "one.example.com", 404),
    ],
)
def test_ports_and_hosts_of_gateways(edge: ManifestSet, way_in: str, host: str, status: int) -> None:
    name, _, port = host.partition(":")
    found = answer(edge, Request(name, port=int(port or 0), way_in=way_in))
    assert found.status == status
    assert bool(found.shares) == (status == 0)


@pytest.mark.parametrize(
    ("redirect", "port", "location"),
    [
        ({"path": {"replaceFullPath": "/b"}}, 80, "http://web.example.com/b"),
        ({"hostname": "x.example.com"}, 8080, "http://x.example.com:8080/a"),
        ({"scheme": "https"}, 8080, "https://web.example.com/a"),
        ({"scheme": "https", "port": 443}, 80, "https://web.example.com/a"),
        ({"port": 8443}, 80, "http://web.example.com:8443/a"),
    ],
)
def test_redirect_of_an_http_route_without_a_scheme_keeps_the_port(
    redirect: dict[str, Any], port: int, location: str
) -> None:
    listener = {"name": "h", "port": port, "protocol": "HTTP"}
    filters = [{"type": "RequestRedirect", "requestRedirect": redirect}]
    spec = {"parentRefs": [{"name": "gw"}], "rules": [{"filters": filters}]}
    kinds = {"Gateway": ("gw", {"listeners": [listener]}), "HTTPRoute": ("web", spec)}
    found = [
        Manifest(
            ResourceId(GroupVersionKind("gateway.networking.k8s.io", "v1", kind), "a", name), {"spec": body}, {}, ()
        )
        for kind, (name, body) in kinds.items()
    ]
    asked = Request("web.example.com", "/a", way_in="a/gw", port=port)
    assert answer(ManifestSet.of(found), asked).location == location


def test_plain_http_is_sent_to_https(edge: ManifestSet) -> None:
    found = answer(edge, Request("both.example.com", "/a", port=80, way_in="services/outside"))
    assert found.says == "redirect to https://both.example.com/a"


@pytest.mark.parametrize(
    ("path", "lines", "status"),
    [("/one", ("1", "2"), 201), ("/both", ("1", "2"), 404), ("/both", ("1,2",), 201), ("/not", ("1", "2"), 404)],
)
def test_lines_of_a_header_are_tested_each_by_itself(path: str, lines: tuple[str, ...], status: int) -> None:
    tests: dict[str, Any] = {
        "/one": {"headers": {"X": {"exact": "2"}}},
        "/both": {"headers": {"x": {"exact": "1,2"}}},
        "/not": {"withoutHeaders": {"x": {"exact": "2"}}},
    }
    manifests = _answering(*({"uri": {"exact": at}, **test} for at, test in tests.items()))
    assert (
        answer(manifests, Request.to("h.example.com", path, headers=[("x", line) for line in lines])).status == status
    )


def test_connect_comes_to_no_route_and_no_path_has_a_zero_byte() -> None:
    manifests = _answering({"method": {"regex": "CONNECT|HEAD"}}, {"uri": {"prefix": "/"}})
    assert answer(manifests, Request.to("h.example.com", method="HEAD")).status == 201
    assert answer(manifests, Request.to("h.example.com", method="CONNECT")).status == 404
    assert answer(manifests, Request.to("h.example.com", "/a%00")).status == 400


def _answering(*matches: dict[str, Any]) -> ManifestSet:
    rules = [{"match": [each], "directResponse": {"status": 201}} for each in matches]
    spec = {"hosts": ["h.example.com"], "http": rules}
    gvk = GroupVersionKind("networking.istio.io", "v1", "VirtualService")
    return ManifestSet.of([Manifest(ResourceId(gvk, "a", "h"), {"metadata": {"name": "h"}, "spec": spec}, {}, ())])

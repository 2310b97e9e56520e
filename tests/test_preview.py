"""The preview without Envoy: what routes become, which requests are asked, and what counts as an answer.

`make preview-check` asks the real one; this suite needs none.
"""

from __future__ import annotations

import json
import shlex
import socket
import tomllib
from collections import Counter
from fractions import Fraction
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from gitramp import overlays, preview, router
from gitramp.cli import main
from gitramp.pipeline import build
from gitramp.pipeline.agreement import MOST, Agreements, agreements, difference
from gitramp.pipeline.built import Built
from gitramp.pipeline.probes import Probe, probes
from gitramp.preview import MESH, Door
from gitramp.preview.back_end import BackEnd
from gitramp.preview.client import Asked, Reply, ask
from gitramp.preview.hosts import all_in_common, in_common
from gitramp.preview.matching import of_gateway_api, of_istio
from gitramp.preview.process import Envoy, free_port, why_not
from gitramp.problem import ToolError
from gitramp.report.previews import agreements_text, curl
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId

ROOT = Path(__file__).resolve().parents[1]
CASES = ["routes", "gateway-api", "gateways", "ports"]
DOMAIN = "cluster.local"


def built(root: Path, name: str = "production") -> Built:
    (one,) = build(overlays.snapshot(root), [name])
    return one


def virtual_service(**spec: Any) -> ManifestSet:
    kind = GroupVersionKind("networking.istio.io", "v1", "VirtualService")
    body = {"spec": {"hosts": ["web.example.com"], "gateways": ["mesh"], **spec}}
    return ManifestSet.of([Manifest(ResourceId(kind, "services", "web"), body, {}, ())])


def routes(manifests: ManifestSet) -> list[dict[str, Any]]:
    found = preview.shown(manifests, DOMAIN).routes[Door(MESH)]
    return next(host["routes"] for host in found if host["name"].startswith("web.example.com"))


def test_gateway_is_open_to_routes_of_the_namespaces_that_it_names() -> None:
    server = {
        "port": {"number": 80, "protocol": "HTTP"},
        "hosts": ["./a.example.com", "b/b.example.com", "c.example.com"],
    }
    kind = GroupVersionKind("networking.istio.io", "v1", "Gateway")
    gateway = Manifest(ResourceId(kind, "services", "gw"), {"spec": {"servers": [server]}}, {}, ())
    hosts = ["a.example.com", "b.example.com", "c.example.com"]
    route = virtual_service(hosts=hosts, gateways=["gw"], http=[{"directResponse": {"status": 200}}])
    found = preview.shown(ManifestSet.of([gateway, *route]), DOMAIN).routes[Door("services/gw", 80)]
    assert [host["name"] for host in found] == ["a.example.com", "c.example.com"]


@pytest.mark.parametrize(
    ("redirect", "port"), [({"port": 80}, None), ({"port": 81}, 81), ({"scheme": "https", "port": 443}, None)]
)
def test_usual_port_of_a_scheme_is_not_said(redirect: dict[str, Any], port: int | None) -> None:
    (route,) = routes(virtual_service(http=[{"redirect": redirect}]))
    assert route["redirect"].get("port_redirect") == port


def test_envoy_takes_expressions_as_long_as_istios_proxies_do(tmp_path: Path) -> None:
    (layer,) = preview.bootstrap(tmp_path, 1)["layered_runtime"]["layers"]
    assert layer["static_layer"]["re2.max_program_size.error_level"] == 32768


# What routes become.


@pytest.mark.parametrize("case", CASES)
def test_routes_of_a_case_become_what_they_became_before(case: str, request: pytest.FixtureRequest) -> None:
    shown = preview.shown(built(ROOT / "tests" / "cases" / case).manifests, DOMAIN)
    text = json.dumps(
        {"notShown": shown.left_out, "doors": {door.name: hosts for door, hosts in shown.routes.items()}}, indent=1
    )
    golden = ROOT / "tests" / "previews" / f"{case}.json"
    if request.config.getoption("--update-goldens"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text + "\n")
    assert text + "\n" == golden.read_text()


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ({}, {"prefix": "/"}),
        ({"uri": {"prefix": "/api"}}, {"prefix": "/api"}),
        ({"uri": {"exact": "/api"}, "ignoreUriCase": True}, {"path": "/api", "case_sensitive": False}),
        ({"uri": {"regex": "/a.*"}}, {"safe_regex": {"regex": "/a.*"}}),
        (
            {"headers": {"X-Track": {"exact": "canary"}}},
            {"prefix": "/", "headers": [{"name": "x-track", "string_match": {"exact": "canary"}}]},
        ),
        ({"headers": {"x": {}}}, {"prefix": "/", "headers": [{"name": "x", "present_match": True}]}),
        ({"headers": {"x": {"regex": ".*"}}}, {"prefix": "/", "headers": [{"name": "x", "present_match": True}]}),
        (
            {"withoutHeaders": {"x": {"exact": "1"}}},
            {
                "prefix": "/",
                "headers": [
                    {
                        "name": "x",
                        "string_match": {"exact": "1"},
                        "invert_match": True,
                        "treat_missing_header_as_empty": True,
                    }
                ],
            },
        ),
        (
            {"method": {"regex": "GET|HEAD"}},
            {"prefix": "/", "headers": [{"name": ":method", "string_match": {"safe_regex": {"regex": "GET|HEAD"}}}]},
        ),
        (
            {"queryParams": {"beta": {"exact": "1"}}},
            {"prefix": "/", "query_parameters": [{"name": "beta", "string_match": {"exact": "1"}}]},
        ),
    ],
)
def test_match_of_a_virtual_service(entry: dict[str, Any], match: dict[str, Any]) -> None:
    assert of_istio(entry) == match


@pytest.mark.parametrize(
    ("path", "match"),
    [
        ({"type": "PathPrefix", "value": "/"}, {"prefix": "/"}),
        ({"type": "PathPrefix", "value": "/api/"}, {"path_separated_prefix": "/api"}),
        ({"value": "/api"}, {"path_separated_prefix": "/api"}),
        ({"type": "Exact", "value": "/api"}, {"path": "/api"}),
        ({"type": "RegularExpression", "value": "/a+"}, {"safe_regex": {"regex": "/a+"}}),
    ],
)
def test_path_of_an_http_route(path: dict[str, str], match: dict[str, Any]) -> None:
    assert of_gateway_api({"path": path}) == match


def test_destination_without_weight_is_dropped_beside_others_and_gets_all_alone() -> None:
    def weighed(*weights: int) -> list[int]:
        listed = [{"destination": {"host": f"h{position}.x"}, "weight": w} for position, w in enumerate(weights)]
        (route,) = routes(virtual_service(http=[{"route": listed}]))
        return [each["weight"] for each in route["route"]["weighted_clusters"]["clusters"]]

    assert weighed(90, 10) == [90, 10]
    assert weighed(100, 0) == [100]
    assert weighed(0) == [1]


def test_match_on_the_caller_is_left_out_and_said() -> None:
    manifests = virtual_service(
        http=[
            {"match": [{"sourceLabels": {"app": "a"}}], "directResponse": {"status": 418}},
            {"directResponse": {"status": 204}, "fault": {"abort": {"httpStatus": 500}}},
        ]
    )
    assert [route["direct_response"]["status"] for route in routes(manifests)] == [204]
    assert {"faults", "matches on the caller (asked is as a caller without labels)"} <= {
        *preview.shown(manifests, DOMAIN).left_out
    }


def test_service_of_the_mesh_has_every_spelling_once() -> None:
    shown = preview.shown(built(ROOT).manifests, DOMAIN)
    listed = [domain for host in shown.routes[Door(MESH)] for domain in host["domains"]]
    assert len(listed) == len(set(listed))
    assert {"search.services", "search.services.svc", "search.services.svc.cluster.local:80"} <= set(listed)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("*", "a.b", "a.b"),
        ("a.b", "a.b", "a.b"),
        ("*.b", "x.b", "x.b"),
        ("x.b", "*.b", "x.b"),
        ("*.b", "*.a.b", "*.a.b"),
        ("a.b", "c.b", ""),
    ],
)
def test_what_two_patterns_of_hosts_have_in_common(one: str, other: str, both: str) -> None:
    assert in_common(one, other) == both


@pytest.mark.parametrize("host", ["a.b.c", "x.c", "c", "*.b.c", "*.c", "*"])
def test_what_a_host_has_in_common_with_many_is_what_it_has_with_each(host: str) -> None:
    patterns = {"*.b.c", "a.b.c", "*.c", "d"}
    alone = all_in_common(host, patterns)
    assert alone == ({in_common(host, each) for each in patterns} - {""})
    assert all_in_common(host, {"*", *patterns}) == alone | {host}


def test_gateway_that_sends_on_to_https_has_a_door_for_each_port() -> None:
    shown = preview.shown(built(ROOT / "tests" / "cases" / "gateways").manifests, DOMAIN)
    plain, tls = shown.routes[Door("services/outside", 80)], shown.routes[Door("services/outside", 443, tls=True)]
    assert all(route["redirect"] == {"https_redirect": True} for host in plain for route in host["routes"])
    assert any("route" in route for host in tls for route in host["routes"])
    assert "TLS at gateways" in shown.left_out


# Which requests are asked.


def test_every_match_of_the_example_is_asked_and_just_missed() -> None:
    one = built(ROOT)
    asked = probes(one.manifests, tuple(preview.shown(one.manifests, DOMAIN).routes), DOMAIN)
    edge = [(dict(each.headers), each.near) for each in asked if each.host == "search.local" and not each.further]
    twice = [each.lines for each in asked if each.host == "search.local" and each.further]
    assert twice == [(("x-track", "canary0"), ("x-track", "canary"))]
    assert edge == [
        ({}, False),
        ({"x-track": "canary"}, False),
        ({"cookie": "access=v2"}, False),
        ({"x-track": "canary0"}, True),
        ({"cookie": "access=v20"}, True),
    ]
    assert [each.near for each in asked] == sorted(each.near for each in asked)


# What counts as an answer.

A, B = "a.x.svc.cluster.local", "b.x.svc.cluster.local"
SPLIT = router.Answer(
    None,
    shares=(router.Share(A, 80, "v1", Fraction(9, 10), ()), router.Share(B, 80, "v2", Fraction(1, 10), ())),
    path="/",
)


@pytest.mark.parametrize(
    ("replies", "why"),
    [
        ({(A, 540): 0, (B, 60): 0}, ""),
        ({(A, 512): 0, (B, 88): 0}, ""),
        ({(A, 500): 0, (B, 100): 0}, f"{A}:80 got 500 of 600, which is not 90.0%"),
        ({(A, 600): 0}, f"{A}:80 got 600 of 600, which is not 90.0%"),
        ({("c.x", 1): 0}, "c.x:80, which gets nothing"),
    ],
)
def test_shares_may_be_four_standard_deviations_off(replies: dict[tuple[str, int], int], why: str) -> None:
    counted = Counter({Reply(200, f"{host}:80", "/"): times for host, times in replies})
    assert difference(SPLIT, counted) == why


def test_answer_of_the_proxy_itself_and_the_path_must_be_the_same() -> None:
    refused = router.Answer(None, status=404)
    assert difference(refused, Counter({Reply(404): 3})) == ""
    assert difference(refused, Counter({Reply(200, A, "/"): 3})) == f"{A} instead of 404"
    assert difference(refused, Counter({Reply(0): 2})) == "2 requests got no answer"
    assert difference(SPLIT, Counter({Reply(200, f"{A}:80", "/v1"): 1})) == "the track sees /v1 instead of /"


def test_redirect_must_lead_to_the_same_address_where_the_scheme_is_that_of_the_door() -> None:
    sent = router.Answer(None).redirected(301, "https://a.example.com/x")
    other = Counter({Reply(301, location="https://a.example.com/"): 2})
    assert difference(sent, Counter({Reply(301, location="https://a.example.com/x"): 2})) == ""
    assert difference(sent, other) == "the proxy sends to https://a.example.com/ instead of https://a.example.com/x"
    assert difference(sent, other, led=False) == ""


def test_request_class_that_misses_is_asked_again_and_all_is_bounded() -> None:
    asked: list[int] = []
    one = built(ROOT)

    def unlucky(probe: Probe, times: int) -> Counter[Reply]:
        asked.append(times)
        return Counter({Reply(200, "search.services-v1.svc.cluster.local:80", "/"): times})

    (doors,) = [tuple(preview.shown(one.manifests, DOMAIN).routes)]
    listed = [each for each in probes(one.manifests, doors, DOMAIN) if each.host == "search.local"][:1]
    found = agreements("production", one.manifests, listed, unlucky)
    assert asked == [600, 2400]
    assert len(found.differ) == 1
    many = agreements("production", one.manifests, listed * 200, lambda _, times: Counter({Reply(0): times}))
    assert many.unasked
    assert 60 * len(many.asked) <= MOST


def test_verdict_names_the_request_that_differs() -> None:
    one = built(ROOT)
    probe = Probe(Door("services/public", 80), "search.local")
    found = agreements("production", one.manifests, [probe], lambda _, times: Counter({Reply(503): times}))
    text = agreements_text(found)
    assert "differs: GET search.local/ at services/public port 80: the proxy with 503, which gets nothing" in text
    assert "production: 1 kind of request, 600 requests: 1 answered differently" in text
    assert agreements_text(Agreements("dev", ())).endswith(
        "dev: 0 kinds of request, 0 requests: the evaluator and Envoy agree\n"
    )


# What runs.


def told(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    return connection.recv(65536)


def test_back_end_says_who_was_meant_over_one_connection_and_counts() -> None:
    with (
        BackEnd(lambda meant: f"pod-of-{meant}") as back_end,
        socket.create_connection(("127.0.0.1", back_end.port), timeout=5) as connection,
    ):
        meant = b"x-gitramp-preview-destination: a.x:80\r\n"
        got = told(connection, b"GET /p?q=1 HTTP/1.1\r\nhost: h\r\n" + meant + b"\r\n")
        assert got.endswith(b"\r\n\r\nHost: pod-of-a.x:80\n")
        assert b"x-preview-path: /p\r\n" in got
        assert told(connection, b"HEAD / HTTP/1.1\r\n" + meant + b"\r\n").endswith(b"\r\n\r\n")
        chunks = b"transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        assert b"pod-of-a.x:80" in told(connection, b"POST / HTTP/1.1\r\n" + meant + chunks)
        assert b"pod-of-a.x:80" in told(connection, b"POST / HTTP/1.1\r\n" + meant + b"content-length: 2\r\n\r\nab")
        assert back_end.counts() == {"a.x:80": 4}


def test_client_that_gets_no_answer_says_so() -> None:
    found = ask(Asked(free_port(), "h", times=3))
    assert found == {Reply(0): 3}


def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    monkeypatch.setenv("PATH", "/nonexistent")


def test_missing_envoy_is_told_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere(monkeypatch)
    monkeypatch.setattr("sys.argv", ["gitramp", "preview", "-C", str(ROOT), "-e", "production", "--check"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 4
    assert "GR870" in said
    assert "pip install 'gitramp[preview]'" in said


def test_envoy_that_cannot_be_started_is_a_tool_s_fault(tmp_path: Path) -> None:
    text = tmp_path / "envoy"
    text.write_text("no program")
    with pytest.raises(ToolError, match="GR871"), Envoy(text, 1) as envoy:
        envoy.show(preview.Shown({}), {})


def test_envoy_that_ends_at_once_is_told_with_what_it_said(tmp_path: Path) -> None:
    script = tmp_path / "envoy"
    script.write_text("#!/bin/sh\necho 'no such option' >&2\nexit 1\n")
    script.chmod(0o755)
    with pytest.raises(ToolError, match="GR871") as fault, Envoy(script, 1) as envoy:
        envoy.show(preview.Shown({Door(MESH): []}), {Door(MESH): free_port()})
    assert "no such option" in fault.value.details


def test_lock_has_the_version_of_the_extra() -> None:
    (pinned,) = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["preview"]
    assert (ROOT / "requirements-preview.txt").read_text().startswith(f"{pinned} ")


def test_lines_to_type_are_taken_by_a_shell_and_by_curl() -> None:
    probe = Probe(Door(MESH), "h", "/", "POST", {"x-empty": "", "cookie": "a='b'"}, {"q[]": "1"})
    words = shlex.split(curl(probe, 8))
    *told, url = words
    assert told == ["curl", "-g", "-X", "POST", "-H", "Host: h", "-H", "x-empty;", "-H", "cookie: a='b'"]
    assert url == "http://127.0.0.1:8/?q[]=1"


def test_port_that_is_taken_says_why() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert why_not(server.getsockname()[1]) == "is taken"
    assert why_not(free_port()) == ""


def test_envoy_that_has_ended_by_itself_is_told(tmp_path: Path) -> None:
    script = tmp_path / "envoy"
    script.write_text("#!/bin/sh\nexit 3\n")
    script.chmod(0o755)
    with Envoy(script, 1) as envoy:
        with pytest.raises(ToolError, match="GR871"):
            envoy.show(preview.Shown({Door(MESH): []}), {Door(MESH): free_port()})
        with pytest.raises(ToolError, match="Envoy has ended with status 3"):
            envoy.ensure_alive()

"""The client against servers that do what servers do: hang, lie, refuse, send elsewhere; and no credential is told."""

from __future__ import annotations

import base64
import contextlib
import json
import math
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitramp import prometheus
from gitramp.problem import ToolError, UsageError
from gitramp.prometheus import HEADERS, TOKEN, Server, ask, server
from gitramp.samples import Answer, Window
from servers import Asked, Reply, serving

WINDOW = Window(1_800_000_000, 60, 3)
SECRET = "s3cr3t-0815-token"


def matrix(*series: Any, **more: Any) -> Reply:
    body = {"status": "success", "data": {"resultType": "matrix", "result": list(series)}, **more}
    return Reply(200, json.dumps(body).encode())


def of(*values: Any) -> dict[str, Any]:
    return {"metric": {}, "values": [[at, value] for at, value in zip(WINDOW.moments, values, strict=False)]}


def answered(reply: Reply, **options: Any) -> Answer:
    with serving(lambda _: reply) as address:
        return ask(server(address, options), "up", WINDOW)


def refused(reply: Reply, environ: dict[str, str] | None = None, user: str = "", **options: Any) -> ToolError:
    with serving(lambda _: reply) as address, pytest.raises(ToolError) as error:
        ask(server(address.replace("//", f"//{user}"), environ or {}), "up", WINDOW, **options)
    return error.value


# What is asked, and what comes back.


def test_points_of_the_past_are_asked_for() -> None:
    seen: list[Asked] = []

    def answer(asked: Asked) -> Reply:
        seen.append(asked)
        return matrix(of("1", "2.5", "1e+06"))

    with serving(answer) as address:
        points = ask(server(f"{address}/prometheus/", {}), 'sum(up{a="b"})', WINDOW).points
    assert points == {1_799_999_880: 1.0, 1_799_999_940: 2.5, 1_800_000_000: 1e6}
    (asked,) = seen
    assert asked.path == "/prometheus/api/v1/query_range"
    assert parse_qs(asked.body.decode()) == {
        "query": ['sum(up{a="b"})'], "start": ["1799999880"], "end": ["1800000000"], "step": ["60"], "timeout": ["30s"],
    }  # fmt: skip


@pytest.mark.parametrize("odd", ["NaN", "+Inf", "-Inf", "x", "", 5, None, "1_0", "0x1f", "--"])
def test_what_is_no_finite_number_counts_for_nothing(odd: object) -> None:
    points = answered(matrix(of("1", odd))).points
    assert points[WINDOW.moments[0]] == 1.0
    assert math.isnan(points[WINDOW.moments[1]])


@pytest.mark.parametrize(
    ("series", "fault"),
    [
        ((), "no series"),
        ((of("1"), of("1")), "2 series instead of one number"),
        (({"metric": {}, "histograms": []},), "a histogram instead of a number"),
    ],
)
def test_anything_but_one_series_is_a_fault(series: tuple[Any, ...], fault: str) -> None:
    assert answered(matrix(*series)) == Answer({}, fault)


def test_warnings_are_passed_on_few_and_short() -> None:
    told = answered(matrix(of("1"), warnings=["a store\nwas not asked", *["x" * 1000] * 10])).warnings
    assert told[0] == "'a store\\nwas not asked'"
    assert len(told) == 5
    assert max(map(len, told)) <= 300


# Who asks.


def headers_sent(url: str, environ: dict[str, str]) -> dict[str, str]:
    seen: list[Asked] = []

    def answer(asked: Asked) -> Reply:
        seen.append(asked)
        return matrix(of("1"))

    with serving(answer) as address:
        ask(server(url.replace("ADDRESS", address.removeprefix("http://")), environ), "up", WINDOW)
    return {name.lower(): value for name, value in seen[0].headers.items()}


def test_user_in_the_address_is_told_in_a_header() -> None:
    sent = headers_sent("http://ada:p%40ss@ADDRESS", {})
    assert sent["authorization"] == "Basic " + base64.b64encode(b"ada:p@ss").decode()
    assert "@" not in sent["host"]


def test_token_and_tenant_are_told_in_headers() -> None:
    sent = headers_sent("http://ADDRESS", {TOKEN: f" {SECRET}\n", HEADERS: "X-Scope-OrgID: shop\n\nX-Team:  a b "})
    assert sent["authorization"] == f"Bearer {SECRET}"
    assert (sent["x-scope-orgid"], sent["x-team"]) == ("shop", "a b")


def test_nobody_is_told_without_credentials() -> None:
    assert "authorization" not in headers_sent("http://ADDRESS", {TOKEN: "", HEADERS: ""})


@pytest.mark.parametrize(
    "url",
    [
        "", "prometheus:9090", "file:///etc/passwd", "ftp://ada:s3cr3t@x", "http://", "http://x:port", "http://x:99999",
        "http://x/api?token=s3cr3t", "http://x#s3cr3t", "http://x y", "http://x\n", "http://ü", "unix:///run/s3cr3t",
        "http://[::1", "http://x:0",
    ],
)  # fmt: skip
def test_address_that_is_none_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(UsageError) as error:
        server(url, {})
    assert "s3cr3t" not in str(error.value)
    assert "address of Prometheus" in str(error.value)


@pytest.mark.parametrize(
    "environ",
    [
        {TOKEN: "s3cr3t\nX: y"}, {TOKEN: "s3cr3t x"}, {TOKEN: "s3cr3tü"}, {HEADERS: "s3cr3t"},
        {HEADERS: "X: s3cr3t\x00"}, {HEADERS: "Authorization: s3cr3t"},
        {HEADERS: "Host: s3cr3t"}, {HEADERS: "a b: s3cr3t"},
    ],
)  # fmt: skip
def test_credentials_that_no_header_carries_are_refused_and_not_shown(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError) as error:
        server("http://x", environ)
    assert "s3cr3t" not in str(error.value)


def test_two_ways_to_say_who_asks_are_refused() -> None:
    with pytest.raises(UsageError, match="one of them"):
        server("http://ada:secret@x", {TOKEN: SECRET})


def test_address_of_ipv6_stays_one() -> None:
    assert server("http://u:p@[::1]:9090/a/", {}).address == "http://[::1]:9090/a"


def test_credentials_are_in_no_text_of_a_server() -> None:
    assert SECRET not in repr(server(f"http://ada:{SECRET}@x", {HEADERS: f"X-Key: {SECRET}"}))


# Faults. Whatever the server says, it echoes the credentials.

ECHO = json.dumps({"status": "error", "errorType": "bad_data", "error": f"no {SECRET} please"}).encode()
BASIC = base64.b64encode(f"ada:{SECRET}".encode()).decode()
FAULTS = [
    (Reply(401, ECHO), "GR852"),
    (Reply(403, b"no"), "GR852"),
    (Reply(400, ECHO), "GR853"),
    (Reply(422, ECHO), "GR853"),
    (Reply(400, b"<html>"), "GR854"),
    (Reply(404, b"404 page not found"), "GR854"),
    (Reply(429, b""), "GR854"),
    (Reply(500, ECHO), "GR854"),
    (Reply(503, ECHO), "GR854"),
    (Reply(301, b"", {"Location": f"https://elsewhere.example.com/{SECRET}"}), "GR854"),
    (Reply(302, b"", {"Location": f"http://{SECRET}/x"}), "GR854"),
    (Reply(307, b"", {"Location": "file:///etc/passwd"}), "GR854"),
    (Reply(308, b"", {"Location": "/login"}), "GR854"),
    (Reply(200, b"<html>" + SECRET.encode()), "GR855"),
    (Reply(200, b""), "GR855"),
    (Reply(200, b"[" * 100_000), "GR855"),
    (Reply(200, b"null"), "GR855"),
    (Reply(200, b"\xff\xfe"), "GR855"),
    (Reply(200, b'{"status":"success"}'), "GR855"),
    (Reply(200, b'{"status":"success","data":{"resultType":"vector","result":[]}}'), "GR855"),
    (Reply(200, b'{"status":"error","data":{"resultType":"matrix","result":[]}}'), "GR855"),
    (Reply(200, b'{"status":"success","data":{"resultType":"matrix","result":[{"values":[1]}]}}'), "GR855"),
    (Reply(200, b'{"status":"success","data":{"resultType":"matrix","result":[{"values":[["a","1"]]}]}}'), "GR855"),
    (Reply(200, b"", {"Content-Length": "1000"}), "GR855"),
    (Reply(raw=b"SSH-2.0-" + SECRET.encode() + b"\r\n"), "GR855"),
    (Reply(raw=b"HTTP/1.1 abc\r\n\r\n"), "GR855"),
    (Reply(raw=b"\0"), "GR855"),
]


@pytest.mark.parametrize(("reply", "code"), FAULTS)
@pytest.mark.parametrize("way", ["token", "user"])
def test_fault_has_its_code_and_tells_no_credential(reply: Reply, code: str, way: str) -> None:
    error = refused(reply, {TOKEN: SECRET}) if way == "token" else refused(reply, user=f"ada:{SECRET}@")
    assert error.code.number == code
    said = f"{error.message} {error.remedy} {error.details} {error!r}"
    assert SECRET not in said
    assert BASIC not in said
    assert "\n" not in error.message


def test_error_is_told_in_the_words_of_prometheus() -> None:
    assert refused(Reply(400, ECHO), {TOKEN: SECRET}).details == "bad_data: no (hidden) please"


def test_credential_at_the_end_of_what_is_shown_is_not_cut_in_two() -> None:
    said = refused(Reply(200, b"x" * 290 + SECRET.encode() * 3), {TOKEN: SECRET}).details
    assert SECRET[:5] not in said


def test_redirect_is_named_and_not_followed() -> None:
    seen: list[Asked] = []

    def answer(asked: Asked) -> Reply:
        seen.append(asked)
        return matrix(of("1"))

    with serving(answer) as elsewhere:
        error = refused(Reply(307, b"", {"Location": f"{elsewhere}/api/v1/query_range"}), {TOKEN: SECRET})
    assert seen == []
    assert "sends elsewhere, to http://127.0.0.1" in error.message


def test_huge_answer_is_refused() -> None:
    error = refused(Reply(200, b" " * (5 << 20)))
    assert error.code is prometheus.STRANGE
    assert error.message.endswith("is larger than 4 MiB")


def test_server_that_is_not_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ToolError, match=r"GR850 .* cannot be reached: Connection refused"):
        ask(server(f"http://127.0.0.1:{port}", {}), "up", WINDOW)


def test_name_that_is_not_there_is_told() -> None:
    with pytest.raises(ToolError, match=r"GR850 http://nowhere\.invalid cannot be reached"):
        ask(server("http://nowhere.invalid", {}), "up", WINDOW)


@pytest.fixture
def silent() -> Iterator[Callable[[bytes, float], str]]:
    """Return what starts a server that takes a connection and says little: some bytes, one after the other."""
    ended = threading.Event()

    def start(said: bytes, pause: float) -> str:
        listening = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            connection, _ = listening.accept()
            with listening, connection:
                for byte in said:
                    if ended.wait(pause):
                        break
                    connection.sendall(bytes([byte]))
                ended.wait(10)

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    ended.set()


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"H" * 1000])
def test_server_that_hangs_or_drips_is_given_up(said: bytes, silent: Callable[[bytes, float], str]) -> None:
    began = time.monotonic()
    with pytest.raises(ToolError) as error:
        ask(server(silent(said, 0.005), {}), "up", WINDOW, timeout=0.4)
    assert error.value.code is prometheus.TIMEOUT
    assert time.monotonic() - began < 5


def test_certificate_of_nobody_is_refused(tmp_path: Path) -> None:
    argv = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert"), "-subj", "/CN=localhost"]
    subprocess.run(["openssl", *argv, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with listening, connection:
            try:
                context.wrap_socket(connection, server_side=True).recv(1)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    address = f"https://localhost:{listening.getsockname()[1]}"
    with pytest.raises(ToolError, match=r"GR850 .* cannot be reached: self.signed certificate"):
        ask(server(address, {TOKEN: SECRET}), "up", WINDOW)


def test_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Asked] = []

    def answer(asked: Asked) -> Reply:
        seen.append(asked)
        return matrix(of("1"))

    with serving(answer) as proxy:
        monkeypatch.setenv("http_proxy", proxy.replace("//", f"//ada:{SECRET}@"))
        monkeypatch.delenv("no_proxy", raising=False)
        ask(server("http://prometheus.invalid", {}), "up", WINDOW)
    assert seen[0].path == "http://prometheus.invalid/api/v1/query_range"


def test_proxy_that_is_not_there_is_told_without_its_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://ada:{SECRET}@127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(ToolError, match="GR850") as error:
        ask(server("http://prometheus.invalid", {}), "up", WINDOW)
    assert SECRET not in f"{error.value!r}"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["status", "data", "result", "resultType", "values", "warnings"]), inside)
    ),
    max_leaves=12,
)


@given(result=JSON, warnings=JSON)
def test_answer_of_any_form_is_read_or_refused(result: Any, warnings: Any) -> None:
    body = {"status": "success", "data": {"resultType": "matrix", "result": result}, "warnings": warnings}
    points: dict[Any, Any] = {}
    with contextlib.suppress(ToolError):
        points.update(prometheus.read(Server("http://x"), json.dumps(body).encode()).points)
    assert all(isinstance(at, int) and isinstance(value, float) for at, value in points.items())

"""The preview's real Envoy: it answers as the evaluator says, follows edits under load, and leaves nothing behind.

`make preview-check` runs it. Every load is bounded, and goes to this machine alone.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from conformance import corpus
from conformance.form import Form
from conformance.forms import ALL, forms
from conformance.routing import FORMS, PREVIEW, RENDERED, Routing
from gitramp import overlays, preview
from gitramp.pipeline import build
from gitramp.pipeline.agreement import agreements, asker
from gitramp.pipeline.preview import Preview, main_door
from gitramp.preview.back_end import BackEnd
from gitramp.preview.client import Asked, Reply, ask
from gitramp.preview.process import Envoy, find, free_port, why_not
from gitramp.problem import InputRejected, UsageError
from gitramp.workspace import Workspace

ROOT = corpus.ROOT
LOAD = 3000


@pytest.fixture
def example(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "environments", tmp_path / "environments")
    return tmp_path


def edit(root: Path, old: str, new: str) -> float:
    path = root / "environments" / "production.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return time.monotonic()


@pytest.mark.parametrize(("root", "name"), corpus.environments(), ids=lambda v: v.name if isinstance(v, Path) else v)
def test_envoy_and_the_evaluator_agree(root: Path, name: str, routing: Routing) -> None:
    with Preview(Workspace(root), name) as shown:
        found = routing.enter(RENDERED, PREVIEW, shown.check())
    assert [f"{each.probe}: {each.why}" for each in found.differ] == []
    assert found.requests


def test_disagreement_is_found(example: Path) -> None:
    with Preview(Workspace(example), "production") as shown:
        edit(example, "weight: 10", "weight: 25")
        (shown.built,) = build(overlays.snapshot(example), ["production"])  # Envoy has the old routes
        assert {each.probe.host for each in shown.check().differ} >= {"search.local"}


def test_edit_of_a_weight_is_live_within_a_second_and_no_request_fails(example: Path) -> None:
    started = time.monotonic()
    with Preview(Workspace(example), "production") as shown:
        ready = time.monotonic() - started
        port = shown.ports[main_door(shown.ports, shown.shown)]
        replies: list[Counter[Reply]] = []
        load = threading.Thread(target=lambda: replies.append(ask(Asked(port, "search.local", times=LOAD))))
        load.start()
        time.sleep(0.2)
        edited = edit(example, "weight: 10", "weight: 100")
        assert shown.edited()
        assert shown.refresh()
        live = time.monotonic() - edited
        after = ask(Asked(port, "search.local", times=200))
        load.join()
    assert {reply.destination for reply in after} == {"search.services-v2.svc.cluster.local:80"}
    assert sum(replies[0].values()) == LOAD
    assert {reply.status for reply in replies[0]} == {200}
    assert ready < 2, ready
    assert live < 1, live


def test_invalid_edit_leaves_the_routes_and_a_new_host_is_routed_without_a_restart(example: Path) -> None:
    with Preview(Workspace(example), "production") as shown:
        port = shown.ports[main_door(shown.ports, shown.shown)]
        edit(example, "weight: 10", "weight: 110")
        with pytest.raises(InputRejected):
            shown.refresh()
        assert {reply.status for reply in ask(Asked(port, "search.local", times=20))} == {200}
        edit(example, "weight: 110", "weight: 10")
        assert ask(Asked(port, "renamed.local")) == {Reply(404): 1}
        for path in (example / "environments").glob("*.yaml"):
            path.write_text(path.read_text().replace("search.local", "renamed.local"))
        assert shown.refresh()
        assert {reply.status for reply in ask(Asked(port, "renamed.local"))} == {200}


def test_port_that_is_taken_is_refused(example: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {taken} of this machine is taken"):
            Preview(Workspace(example), "production", taken).__enter__()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_command_follows_edits_and_leaves_nothing_behind(example: Path, tmp_path: Path, how: signal.Signals) -> None:
    (tmp_path / "tmp").mkdir()
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "generator"),
        "TMPDIR": str(tmp_path / "tmp"),
        "PYTHONUNBUFFERED": "1",
    }
    out = tmp_path / "out"
    argv = [sys.executable, "-m", "gitramp", "preview", "-e", "production", "-C", str(example)]
    with out.open("w") as stream, subprocess.Popen(argv, env=env, stdout=stream, stderr=stream) as process:
        try:
            text = until(out, "Ctrl-C ends it")
            ports = [int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)\n", text)]
            assert ask(Asked(ports[0], "search.local", headers={"x-track": "canary"}, times=5)).total() == 5
            until(out, "search   v2     5         100.0 %")
            edit(example, "weight: 10", "weight: 110")
            until(out, "not valid: the routes stay as they were")
            file = example / "environments" / "production.yaml"
            file.rename(tmp_path / "away")
            until(out, "no environment production in environments/")
            (tmp_path / "away").rename(file)
            edit(example, "weight: 110", "weight: 25")
            until(out, "edited: the new routes are live")
            assert ask(Asked(ports[0], "search.local", headers={"x-track": "canary"}, times=3)).total() == 3
            until(out, "search   v2     3         100.0 %")
            assert ask(Asked(ports[0], "search.local", headers={"x-track": "canary"}, times=4)).total() == 4
        finally:
            process.send_signal(how)
            time.sleep(0.02)
            process.send_signal(how)  # whoever is impatient leaves nothing behind, either
            status = process.wait(timeout=10)
    assert status == 130
    assert "search   v2     7         100.0 %" in out.read_text()  # said at the end, however new it is
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not any(why_not(port) for port in ports)


def test_a_preview_that_is_killed_leaves_no_envoy_behind(example: Path, tmp_path: Path) -> None:
    assert shutil.which("setpriv"), "setpriv is missing: on Debian, run `apt-get install util-linux`"
    out = tmp_path / "out"
    argv = [sys.executable, "-m", "gitramp", "preview", "-e", "production", "-C", str(example)]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with out.open("w") as stream, subprocess.Popen(argv, env=env, stdout=stream, stderr=stream) as process:
        try:
            ports = [int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)\n", until(out, "Ctrl-C ends it"))]
        finally:
            process.kill()
    end = time.monotonic() + 10
    while any(why_not(port) for port in ports):
        assert time.monotonic() < end
        time.sleep(0.05)


def until(file: Path, words: str) -> str:
    end = time.monotonic() + 10
    while words not in (text := file.read_text()):
        assert time.monotonic() < end, text
        time.sleep(0.05)
    return text


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.name)
def test_forms_of_routes_that_no_example_has_are_read_alike(form: Form, routing: Routing) -> None:
    shown = preview.shown(form.manifests, "cluster.local")
    ports = {door: free_port() for door in shown.routes}
    with BackEnd(str) as back_end, Envoy(find(), back_end.port) as envoy:
        envoy.show(shown, ports)
        found = agreements(form.name, form.manifests, form.probes, asker(ports), ALL)
    assert [f"{each.probe}: {each.why}" for each in routing.enter(FORMS, PREVIEW, found).differ] == []
    assert not found.unasked

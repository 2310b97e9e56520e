"""A planted token is in nothing that gitramp prints or writes: words, reports, commits, traces."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Gitramp
from git_server import USER, GitServer, serve

TOKEN = "planted-51c0ffee77"
SET = ("set", "search", "canary.weight", "25", "-e", "production", "--push")


def git(folder: Path, *arguments: str) -> str:
    argv = ["git", "-c", "user.name=A", "-c", "user.email=a@b", *arguments]
    return subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def server(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitServer]:
    """Serve a remote that knows the token; so does the clone, in its URL, a header and a variable."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(tmp_path / "remote.git", "config", "http.receivepack", "true")
    git(example, "init", "--quiet", "--initial-branch=main")
    git(example, "add", "--all")
    git(example, "commit", "--quiet", "--message", "start")
    git(example, "push", "--quiet", str(tmp_path / "remote.git"), "main")
    with serve(tmp_path, TOKEN) as serving:
        git(example, "remote", "add", "origin", serving.url("remote.git"))
        git(example, "config", "http.extraheader", f"X-Bot-Token: {TOKEN}")
        for name, value in (("user.name", "A"), ("user.email", "a@b")):
            git(example, "config", name, value)
        yield serving


def told(gitramp: Gitramp, example: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run with everything that makes git talk, and look for the token in every form of it."""
    talks = {"GIT_TRACE": "1", "GIT_CURL_VERBOSE": "1", "GIT_TRACE_REDACT": "0", "GITHUB_TOKEN": TOKEN}
    done = gitramp(*arguments, cwd=example, **talks)
    encoded = GitServer(example, password=TOKEN).header().split()[-1]
    for secret in (TOKEN, encoded):
        assert secret not in done.stdout
        assert secret not in done.stderr
    return done


def test_token_is_in_nothing_of_a_push_that_lands(gitramp: Gitramp, example: Path, server: GitServer) -> None:
    done = told(gitramp, example, *SET)
    assert done.returncode == 0, done.stderr
    pushed = git(example, "rev-parse", "refs/remotes/origin/main").strip()
    assert git(server.folder / "remote.git", "rev-parse", "main").strip() == pushed
    assert TOKEN not in git(example, "log", "-p", "--format=raw", pushed)


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_token_is_in_no_report_of_a_push_that_is_refused(
    gitramp: Gitramp, example: Path, server: GitServer, form: str
) -> None:
    hook = server.folder / "remote.git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho 'no {USER} with {TOKEN}, {server.header()}'\nexit 1\n")
    hook.chmod(0o755)
    done = told(gitramp, example, *SET, "--output", form)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "GR833" in done.stdout + done.stderr
    assert TOKEN not in git(example, "for-each-ref") + (example / ".git" / "HEAD").read_text()

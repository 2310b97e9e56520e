"""`gitramp canary run` and `canary check`: a loop whose only memory is Git, and a look at metrics."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from branches import git

ROOT = Path(__file__).resolve().parents[1]
Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]

STEPS = "ramp: {steps: [1, 5, 10, 25, 50, 100]}"


@pytest.fixture
def clone(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a clone of a bare repository that holds the worked example."""
    for name, value in {"NAME": "Bot", "EMAIL": "bot@example.com"}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    bare = tmp_path / "bare.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(example, "init", "--quiet", "--initial-branch=main")
    git(example, "add", ".")
    git(example, "commit", "--quiet", "--message=start")
    git(example, "remote", "add", "origin", str(bare))
    git(example, "push", "--quiet", "--set-upstream", "origin", "main")
    return example


def subjects(clone: Path) -> list[str]:
    git(clone, "fetch", "--quiet")
    return git(clone, "log", "--format=%s", "origin/main").splitlines()


def edit(clone: Path, old: str, new: str) -> None:
    path = clone / "environments" / "production.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


WHOLE_WAY = [
    "production: search stable v1 -> v2",
    "production: search canary v2 50 % -> 100 %",
    "production: search canary v2 25 % -> 50 %",
    "production: search canary v2 10 % -> 25 %",
    "start",
]


def test_loop_drives_a_ramp_to_its_end_and_promotes(clone: Path, gitramp: Gitramp) -> None:
    done = gitramp("canary", "run", "search", "-e", "production", "--push", "--promote", cwd=clone)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nAt its end: no canary has a step left.\n" in done.stdout
    assert done.stdout.count("git pull") == 1
    assert subjects(clone) == WHOLE_WAY
    assert git(clone, "status", "--porcelain") == ""
    again = gitramp("canary", "run", "search", "-e", "production", "--push", "--promote", cwd=clone)
    assert again.returncode == 0
    assert subjects(clone) == WHOLE_WAY


def test_loop_that_is_killed_goes_on_where_git_is(clone: Path, gitramp: Gitramp) -> None:
    argv = [sys.executable, "-m", "gitramp", "canary", "run", "-e", "production", "--push", "--promote"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    with subprocess.Popen(argv, cwd=clone, env=env, stdout=subprocess.PIPE, text=True) as loop:
        assert loop.stdout is not None
        assert loop.stdout.readline().startswith("Pushed ")
        loop.send_signal(signal.SIGKILL)
    done = gitramp("canary", "run", "-e", "production", "--push", "--promote", cwd=clone)
    assert done.returncode == 0, done.stdout + done.stderr
    assert subjects(clone) == WHOLE_WAY


def test_loop_waits_for_the_bake_time_and_says_until_when(clone: Path, gitramp: Gitramp) -> None:
    edit(clone, STEPS, "ramp: {steps: [1, 5, 10, 25, 50, 100], bake: 10m}")
    assert gitramp("commit", cwd=clone).returncode == 0
    git(clone, "push", "--quiet")
    done = gitramp("canary", "run", "-e", "production", "--push", "--every", "1", "--timeout", "1", cwd=clone)
    assert done.returncode == 7
    waits = "search@production at 10 % waits: bake time of 10 min, until 20"
    assert waits in done.stderr
    assert done.stdout.startswith(f"Not at its end after 1 s.\n{waits}")
    asked = ["canary", "run", "-e", "production", "--push", "--timeout", "1", "--every", "1"]
    done = gitramp(*asked, "-o", "json", cwd=clone)
    told = json.loads(done.stdout)
    assert (told["exitCode"], told["ran"]) == (7, [])
    assert [(each["service"], each["weight"], each["state"]) for each in told["waiting"]] == [("search", 10, "waiting")]


def test_loop_goes_on_once_the_bake_time_is_over(clone: Path, gitramp: Gitramp) -> None:
    long_ago = str(int(time.time()) - 7200)
    edit(clone, STEPS, "ramp: {steps: [1, 5, 10, 25, 50, 100], bake: 1h}")
    done = gitramp("commit", cwd=clone, GIT_COMMITTER_DATE=f"{long_ago} +0000")
    assert done.returncode == 0, done.stderr
    git(clone, "commit", "--quiet", "--amend", "--no-edit", f"--date={long_ago}")
    edit(clone, "weight: 10", "weight: 5")
    assert gitramp("commit", cwd=clone, GIT_COMMITTER_DATE=f"{int(long_ago) + 60} +0000").returncode == 0
    git(clone, "push", "--quiet")
    options = ["--push", "--every", "1", "--timeout", "1"]
    held = gitramp("canary", "run", "-e", "production", *options, cwd=clone)
    assert "by hand in commit" in held.stdout + held.stderr
    assert gitramp("canary", "unhold", "search", "-e", "production", "--push", cwd=clone).returncode == 0
    done = gitramp("canary", "run", "-e", "production", *options, cwd=clone)
    assert "production: search canary v2 5 % -> 10 %" in done.stdout
    assert "waits: bake time of 1 h" in done.stdout + done.stderr


def test_loop_ends_at_an_aborted_canary(clone: Path, gitramp: Gitramp) -> None:
    done = gitramp("canary", "abort", "search", "-e", "production", "--reason", "errors", "--push", cwd=clone)
    assert done.returncode == 0, done.stderr
    done = gitramp("canary", "run", "-e", "production", "--push", cwd=clone)
    assert (done.returncode, done.stdout) == (6, "search@production at 0 % is aborted: errors\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "a loop needs commits that count"),
        (["run", "--push", "--dry-run"], "No such option"),
        (["run", "--push", "--or-abort"], "--or-abort is for --if-healthy"),
        (["run", "--push", "--if-healthy"], "name it with --prometheus URL"),
        (["check"], "whom to ask?"),
        (["check", "nobody", "--prometheus", "http://127.0.0.1:9"], "no service nobody"),
    ],
)
def test_usage(clone: Path, gitramp: Gitramp, arguments: list[str], said: str) -> None:
    done = gitramp("canary", *arguments, cwd=clone)
    assert done.returncode == 2
    assert said in done.stderr


def test_no_metrics_are_no_pass(clone: Path, gitramp: Gitramp) -> None:
    asked = ["-e", "production", "--prometheus", "http://127.0.0.1:9"]
    done = gitramp("canary", "check", "search", *asked, "-o", "json", cwd=clone)
    told = json.loads(done.stdout)
    assert (done.returncode, told["exitCode"]) == (6, 6)
    assert [each["verdict"] for each in told["health"]] == ["inconclusive"]
    done = gitramp("canary", "advance", "--if-healthy", *asked, "--push", cwd=clone)
    assert done.returncode == 6
    assert subjects(clone) == ["start"]


def test_loop_says_why_a_canary_stays_that_was_tried(clone: Path, gitramp: Gitramp) -> None:
    asked = ["-e", "production", "--push", "--every", "1", "--timeout", "1", "--if-healthy"]
    asked += ["--prometheus", "http://127.0.0.1:9", "-o", "json"]
    done = gitramp("canary", "run", *asked, cwd=clone)
    told = json.loads(done.stdout)
    assert (done.returncode, told["ran"]) == (7, [])
    (waits,) = told["waiting"]
    assert (waits["service"], waits["weight"], waits["until"]) == ("search", 10, None)
    assert waits["why"].startswith("v2 is neither healthy nor not")
    assert f"search@production at 10 % waits: {waits['why']}\n" in done.stderr


def test_loop_without_promote_says_what_makes_the_canary_stable(clone: Path, gitramp: Gitramp) -> None:
    done = gitramp("canary", "run", "search", "-e", "production", "--push", cwd=clone)
    assert done.returncode == 0, done.stderr
    said = "search@production at 100 % has all the traffic; `gitramp canary promote`, or --promote, makes it stable\n"
    assert said in done.stdout
    assert done.stdout.count("Your work tree is as it was") == 1


def test_check_of_no_canary_says_so(clone: Path, gitramp: Gitramp) -> None:
    gone = gitramp("canary", "abort", "search", "-e", "production", "--reason", "errors", "--commit", cwd=clone)
    assert gone.returncode == 0, gone.stderr
    asked = ["canary", "check", "-e", "production", "--prometheus", "http://127.0.0.1:9"]
    done = gitramp(*asked, cwd=clone)
    assert (done.returncode, done.stdout) == (0, "No canary to check: none has any traffic.\n")
    assert json.loads(gitramp(*asked, "-o", "json", cwd=clone).stdout)["health"] == []


def test_push_from_a_shallow_clone_gets_the_history_that_it_is_judged_by(
    clone: Path, gitramp: Gitramp, tmp_path: Path
) -> None:
    edit(clone, STEPS, "ramp: {steps: [1, 5, 10, 25, 50, 100], bake: 1d}")
    assert gitramp("commit", cwd=clone).returncode == 0
    git(clone, "push", "--quiet")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path / 'bare.git'}", str(shallow))
    done = gitramp(
        "release", "catalog", "--track", "v1", "--image", "ghcr.io/acme/catalog:9.9.9", "--push", cwd=shallow
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert git(shallow, "rev-parse", "--is-shallow-repository").strip() == "true"
    done = gitramp("canary", "advance", "-e", "production", "--push", cwd=shallow)
    assert "the bake time is 1 d" in done.stdout
    assert git(shallow, "rev-parse", "--is-shallow-repository").strip() == "false"


def test_author_and_signing_are_what_is_asked_for(clone: Path, gitramp: Gitramp, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    git(clone, "config", "gpg.format", "ssh")
    git(clone, "config", "user.signingKey", str(tmp_path / "key.pub"))
    (tmp_path / "signers").write_text(f"bot@example.com {(tmp_path / 'key.pub').read_text()}")
    git(clone, "config", "gpg.ssh.allowedSignersFile", str(tmp_path / "signers"))
    asked = ["search", "-e", "production", "--author", "Ada <ada@example.com>", "--sign"]
    for way, revision in (("--push", "origin/main"), ("--commit", "HEAD")):
        done = gitramp("canary", "hold", *asked, "--reason", f"signed {way}", way, cwd=clone)
        assert done.returncode == 0, done.stdout + done.stderr
        git(clone, "fetch", "--quiet")
        git(clone, "verify-commit", revision)
        assert git(clone, "log", "-1", "--format=%an %cn", revision) == "Ada Bot\n"
    git(clone, "config", "commit.gpgSign", "true")
    done = gitramp("canary", "unhold", "search", "-e", "production", "--no-sign", "--push", cwd=clone)
    assert done.returncode == 0, done.stdout + done.stderr
    git(clone, "fetch", "--quiet")
    assert git(clone, "log", "-1", "--format=%G?", "origin/main") == "N\n"
    done = gitramp(
        "canary", "hold", "search", "--author", "Ada", "--reason", "x", "-e", "production", "--commit", cwd=clone
    )
    assert (done.returncode, "write it as `Name <address>`" in done.stderr) == (4, True)

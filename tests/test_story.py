"""A release from start to finish, as docs/bots.md tells it: each commit validates, each revert too, or says why not."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import process
from gitramp import pipeline
from gitramp.pipeline import From
from gitramp.problem import InputRejected, Severity
from gitramp.workspace import Workspace
from servers import Asked, Reply, serving

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "bots.md").read_text()
README = (ROOT / "README.md").read_text()
RECORDED: dict[str, Any] = json.loads((ROOT / "tests" / "prometheus.json").read_text())
TOLD = re.findall(r"^```console\n\$ ([^\n]*)\n```\n```\n(.*?)\n```", PAGE, re.MULTILINE | re.DOTALL)
BETWEEN = 40 * 60  # seconds: longer than the bake time
OK, CONFLICT = "ok", "conflict"
# Commit -> what becomes of its revert: at the tip, and right after it.
REVERTS = [
    ("release search@staging v1 1.29.3->1.29.4", CONFLICT, OK),
    ("canary/start search@production v2 1.29.4", CONFLICT, OK),
    ("canary/set search@production match", CONFLICT, OK),
    ("canary/advance search@production 0->1", CONFLICT, OK),
    ("canary/advance search@production 1->5", CONFLICT, OK),
    ("canary/abort search@production 5->0", CONFLICT, "GR510 set the weight to 1"),
    ("release search@staging v1 1.29.4->1.29.5", OK, OK),
    (
        "release search@production v2 1.29.4->1.29.5",
        CONFLICT,
        "GR531 bring it to the environment that goes first in a change of its own, then here",
    ),
    ("canary/start search@production v2 1.29.5", CONFLICT, OK),
    ("canary/advance search@production 0->1", CONFLICT, OK),
    ("canary/advance search@production 1->5", CONFLICT, OK),
    ("canary/advance search@production 5->25", CONFLICT, OK),
    ("canary/advance search@production 25->100", CONFLICT, OK),
    (
        "canary/promote search@production v1->v2",
        "GR203 tracks of search: v2",
        "GR515 to take a promotion back, say `stable: v1` without the `canary` block; else ramp it up first",
    ),
    (
        "canary/finish search@production v1",
        "GR531 bring it to the environment that goes first in a change of its own, then here",
        "GR531 bring it to the environment that goes first in a change of its own, then here",
    ),
]


def git(folder: Path, *arguments: str, ok: bool = True, at: int | None = None) -> str:
    env = {**os.environ, **({} if at is None else dates(at))}
    done = subprocess.run(["git", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not ok, done.stderr
    return done.stdout if done.returncode == 0 else CONFLICT


@pytest.fixture(scope="module", autouse=True)
def identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("home")
    config = "[user]\n\tname = Release Bot\n\temail = bot@example.com\n[init]\n\tdefaultBranch = main\n"
    config += "[maintenance]\n\tauto = false\n"
    (home / "gitconfig").write_text(config)
    with pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patched.delenv(name)
        patched.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
        patched.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        yield


def gitramp(folder: Path, *arguments: str, **environment: str) -> process.Done:
    return process.run(*arguments, cwd=folder, **environment)


def dates(moment: int) -> dict[str, str]:
    return {"GIT_COMMITTER_DATE": f"{moment} +0000", "GIT_AUTHOR_DATE": f"{moment} +0000"}


def started(folder: Path, moment: int) -> Path:
    """Return the repository that the page begins with, committed at a moment."""
    assert gitramp(folder, "init", "shop", "--name", "search").returncode == 0
    git(folder / "shop", "init", "--quiet")
    git(folder / "shop", "add", ".")
    git(folder / "shop", "commit", "--quiet", "--message", "Environments", at=moment)
    return folder / "shop"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Run the commands of the page, 40 minutes between them; return the repository and what they print."""
    moment = int(time.time()) - BETWEEN * (len(TOLD) + 2)
    shop = started(tmp_path_factory.mktemp("told"), moment)
    printed = []
    for number, (command, _) in enumerate(TOLD, 1):
        done = gitramp(shop, *shlex.split(command)[1:], **dates(moment + number * BETWEEN))
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        printed.append(done.stdout.rstrip())
    return shop, printed


def same(text: str) -> str:
    """Leave out what differs from run to run: ids and moments."""
    return re.sub(r"\b(?:[0-9a-f]{12}|[0-9a-f]{40})\b|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "...", text)


def commits(shop: Path) -> list[tuple[str, str]]:
    """Return the commits after the first: id, and what gitramp says that it did, with images by their tags."""
    told = git(shop, "log", "--reverse", "--format=%H %(trailers:key=Gitramp-Action,valueonly,separator=%x2C)", "main")
    lines = [line.partition(" ") for line in told.splitlines()]
    return [(commit, re.sub(r"[\w./-]+:([\d.]+)-alpine", r"\1", done)) for commit, _, done in lines[1:]]


def verdict(folder: Path) -> str:
    """Judge what is checked out as `gitramp validate` and `gitramp render --check` do."""
    try:
        outcome = pipeline.validate(Workspace(folder), origin=From())
    except InputRejected as rejected:
        errors = [finding for finding in rejected.report if finding.severity is Severity.ERROR]
        return "; ".join(f"{each.code.number} {each.advice}" for each in errors)
    return "drift" if outcome.diff.changes else OK


def test_page_shows_what_gitramp_prints(told: tuple[Path, list[str]]) -> None:
    assert len(TOLD) == 17
    assert [same(text) for text in told[1]] == [same(text) for _, text in TOLD]
    shown = re.findall(r"^\$ (gitramp canary [^\n]*)\n(.*?)\n```", README, re.MULTILINE | re.DOTALL)
    assert shown
    assert set(shown) <= set(TOLD)


def test_every_commit_validates_and_renders_to_itself_and_what_a_revert_does(
    told: tuple[Path, list[str]], tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"
    git(tmp_path, "clone", "--quiet", str(told[0]), str(fresh))
    made = commits(told[0])
    assert [done for _, done in made] == [done for done, _, _ in REVERTS]
    found = []
    for commit, done in made:
        git(fresh, "checkout", "--quiet", "-B", "main", commit)
        assert verdict(fresh) == OK, done
        found.append((done, _reverted(fresh, commit, "origin/main"), _reverted(fresh, commit, commit)))
    assert found == REVERTS


def _reverted(folder: Path, commit: str, at: str) -> str:
    git(folder, "checkout", "--quiet", "-B", "main", at)
    if git(folder, "revert", "--no-edit", commit, ok=False) != CONFLICT:
        return verdict(folder)
    git(folder, "revert", "--abort")
    return CONFLICT


def test_revert_of_a_step_is_by_hand_and_stops_the_timer(told: tuple[Path, list[str]], tmp_path: Path) -> None:
    step = next(commit for commit, done in commits(told[0]) if done.endswith("1->5"))
    git(tmp_path, "clone", "--quiet", str(told[0]), "fresh")
    fresh = tmp_path / "fresh"
    git(fresh, "checkout", "--quiet", "-B", "main", step)
    git(fresh, "revert", "--no-edit", step)
    done = gitramp(fresh, "canary", "advance", "--commit")
    assert done.returncode == 0
    assert "Release Bot moved it down, 5 % -> 1 %, by hand in commit" in done.stdout
    assert git(fresh, "log", "-1", "--format=%s").startswith("Revert ")
    assert gitramp(fresh, "canary", "unhold", "search", "-e", "production", "--commit").returncode == 0
    assert "bake time" in gitramp(fresh, "canary", "advance", "--commit").stdout


@pytest.mark.parametrize("stop", ["abort", "hold"])
def test_revert_of_what_stops_the_timer_lets_it_go_on(told: tuple[Path, list[str]], tmp_path: Path, stop: str) -> None:
    step = next(commit for commit, done in commits(told[0]) if done.endswith("0->1"))
    git(tmp_path, "clone", "--quiet", str(told[0]), "fresh")
    fresh = tmp_path / "fresh"
    git(fresh, "checkout", "--quiet", "-B", "main", step)
    moment = int(git(fresh, "log", "-1", "--format=%ct"))
    asked = ("canary", stop, "search", "-e", "production", "--reason", "alert", "--commit")
    assert gitramp(fresh, *asked, **dates(moment + 60)).returncode == 0
    assert "alert" in gitramp(fresh, "canary", "advance", "--commit").stdout
    git(fresh, "revert", "--no-edit", "HEAD", at=moment + 120)
    assert verdict(fresh) == OK
    done = gitramp(fresh, "canary", "advance", "--commit")
    assert "Gitramp-Action: canary/advance search@production 1->5" in done.stdout, done.stdout


# The same, where the metrics say so.

ANALYSIS = """\
      analysis:
        interval: 1m
        queries:
          success: {successRate: {min: 99}}
          latency: {latency: {percentile: 99, max: 500}}
          drop: {successRateDrop: {max: 1}}
          ratio: {latencyRatio: {percentile: 90, max: "1.5"}}
"""


def prometheus(case: str) -> Callable[[Asked], Reply]:
    """Answer about `search` what a real Prometheus answered of another service, at the moments that are asked for."""
    (recorded,) = [each for each in RECORDED["cases"] if each["name"] == case]
    replies = {each["query"].replace(f'"{case}"', '"search"'): each["reply"] for each in recorded["replies"]}

    def answer(asked: Asked) -> Reply:
        form = dict(urllib.parse.parse_qsl(asked.body.decode()))
        reply = json.loads(json.dumps(replies[form["query"]]))
        for series in reply["data"]["result"]:
            moved = range(int(form["start"]), int(form["end"]) + 1, int(form["step"]))
            series["values"] = [[at, value] for at, (_, value) in zip(moved, series["values"], strict=True)]
        return Reply(200, json.dumps(reply).encode())

    return answer


def test_canary_that_is_not_healthy_is_aborted_by_the_timer_and_one_that_is_goes_on(tmp_path: Path) -> None:
    moment = int(time.time()) - 10 * BETWEEN
    shop = started(tmp_path, moment)
    for number, (command, _) in enumerate(TOLD[:4], 1):
        assert gitramp(shop, *shlex.split(command)[1:], **dates(moment + number * BETWEEN)).returncode == 0
    overlay = shop / "environments" / "production.yaml"
    overlay.write_text(overlay.read_text().rstrip("\n") + "\n" + ANALYSIS)
    assert gitramp(shop, "commit", **dates(moment + 5 * BETWEEN)).returncode == 0
    ask = ("canary", "advance", "--commit", "--if-healthy", "--or-abort", "--prometheus")
    with serving(prometheus("healthy")) as url:
        well = gitramp(shop, *ask, url, **dates(moment + 6 * BETWEEN))
    assert well.returncode == 0, well.stdout + well.stderr
    longer = gitramp(shop, "set", "search", "canary.ramp.bake", "9d", "-e", "production", "--commit")
    assert longer.returncode == 0, longer.stdout + longer.stderr  # nothing keeps an abort waiting
    with serving(prometheus("failing")) as url:
        ill = gitramp(shop, *ask, url)
    assert ill.returncode == 6, ill.stdout + ill.stderr
    subject, *rest = git(shop, "log", "-1", "--format=%B").splitlines()
    assert subject == "production: search canary v2 5 % -> 0 %, aborted"
    assert any("Metrics of search@production v2 at" in line for line in rest)
    assert "Gitramp-Action: canary/abort search@production 5->0" in rest
    assert "drop: 5 of 5 points are bad" in overlay.read_text()
    assert verdict(shop) == OK
    shutil.rmtree(shop / "rendered")
    pipeline.render(Workspace(shop))
    assert git(shop, "status", "--porcelain") == ""

"""Verbs where environments extend each other, where the work tree holds other edits, and after an abort."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from branches import git

ROOT = Path(__file__).resolve().parents[1]
Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def shop(tmp_path: Path, identity: None) -> Path:
    """Return a repository that holds the worked example, production-eu, which extends production, included."""
    folder = tmp_path / "shop"
    for name in ("environments", "rendered"):
        shutil.copytree(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=start")
    return folder


def edit(folder: Path, old: str, new: str, name: str = "production") -> None:
    path = folder / "environments" / f"{name}.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def full(shop: Path, gitramp: Gitramp, *environments: str) -> None:
    """Take the canary to 100 %, in one step that the plan would not allow."""
    edit(shop, "      ramp: {steps: [1, 5, 10, 25, 50, 100]}\n", "")
    edit(shop, "weight: 10", "weight: 100")
    if "production-eu" in environments:
        edit(shop, "weight: 5", "weight: 100", "production-eu")
    done = gitramp("commit", "--no-steps", cwd=shop)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "named", [["production"], ["production", "production-eu"], ["production-eu", "production"]], ids="-".join
)
def test_promotion_takes_what_extends_the_environment_along(shop: Path, gitramp: Gitramp, named: list[str]) -> None:
    full(shop, gitramp, "production", "production-eu")
    where = [word for name in named for word in ("-e", name)]
    done = gitramp("canary", "promote", "search", *where, "--commit", cwd=shop)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("production", "production-eu"):
        assert f"canary/promote search@{name} v1->v2" in git(shop, "log", "-1", "--format=%B")
        told = gitramp("status", "search", "-e", name, cwd=shop).stdout
        assert "v2 1.29.4-alpine  -" in told, told


def test_promotion_waits_for_what_extends_the_environment(shop: Path, gitramp: Gitramp) -> None:
    full(shop, gitramp, "production")
    done = gitramp("canary", "promote", "search", "-e", "production", cwd=shop)
    assert done.returncode == 2
    assert "search@production-eu extends what is promoted, and its canary has not all the traffic" in done.stderr
    assert git(shop, "status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["production", "base"])
def test_commit_of_a_verb_takes_no_other_edit_along(shop: Path, gitramp: Gitramp, name: str) -> None:
    edit(shop, "replicas: 3" if name == "production" else "replicas: 2", "replicas: 4", name)
    before = git(shop, "diff")
    done = gitramp("canary", "abort", "search", "-e", "production", "--reason", "errors", "--commit", cwd=shop)
    assert done.returncode == 4
    assert f"GR712 environments/{name}.yaml holds other edits" in done.stderr
    assert git(shop, "diff") == before
    assert git(shop, "rev-list", "--count", "HEAD") == "1\n"


def test_edit_of_an_environment_beside_hinders_no_commit(shop: Path, gitramp: Gitramp) -> None:
    edit(shop, "replicas: 1", "replicas: 2", "dev")
    done = gitramp("canary", "abort", "search", "-e", "production", "--reason", "errors", "--commit", cwd=shop)
    assert done.returncode == 0, done.stdout + done.stderr
    assert git(shop, "status", "--porcelain") == " M environments/dev.yaml\n"


def test_edit_of_the_verb_itself_is_committed_by_the_same_command(shop: Path, gitramp: Gitramp) -> None:
    asked = ["canary", "advance", "search", "-e", "production"]
    assert "Now run the same with --commit" in gitramp(*asked, cwd=shop).stdout
    assert gitramp(*asked, "--commit", cwd=shop).returncode == 0
    assert "Gitramp-Action: canary/advance search@production 10->25" in git(shop, "log", "-1", "--format=%B")


def test_start_lifts_what_an_abort_by_hand_holds(shop: Path, gitramp: Gitramp) -> None:
    asked = ["search", "-e", "production"]
    assert gitramp("canary", "abort", *asked, "--reason", "errors", cwd=shop).returncode == 0
    assert gitramp("commit", cwd=shop).returncode == 0
    assert gitramp("canary", "start", *asked, "--track", "v2", "--commit", cwd=shop).returncode == 0
    done = gitramp("canary", "advance", *asked, "--commit", cwd=shop)
    assert "production: search canary v2 0 % -> 1 %" in done.stdout, done.stdout + done.stderr


def test_null_takes_a_key_away_where_nothing_beneath_says_it(shop: Path, gitramp: Gitramp) -> None:
    done = gitramp("set", "search", "canary.ramp", "null", "-e", "production", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert "ramp:" not in (shop / "environments" / "production.yaml").read_text()


def test_canary_without_a_plan_is_named_and_hinders_nobody(shop: Path, gitramp: Gitramp) -> None:
    done = gitramp("canary", "advance", "--dry-run", cwd=shop)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "search@staging: canary v2 of search has no plan to go by" in done.stdout
    assert "production: search canary v2 10 % -> 25 %" in done.stdout

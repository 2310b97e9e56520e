"""Ways in which a verb of a release bot could do what nobody asked for, or say what it did not do."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import branches
from gitramp import repo

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]

PRODUCTION = ("-e", "production")
APPROVED = "ramp: {steps: [1, 5, 10, 25, 50, 100], approve: {by: [ada@example.com]}}"
ADA = "Ada <ada@example.com>"


def git(folder: Path, *arguments: str) -> str:
    return branches.git(folder, *arguments).strip()


@pytest.fixture
def clone(example: Path, tmp_path: Path, identity: None) -> Path:
    """Return a clone of a bare repository that holds the worked example."""
    bare = tmp_path / "bare.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(example, "init", "--quiet", "--initial-branch=main")
    git(example, "add", ".")
    git(example, "commit", "--quiet", "--message=start")
    git(example, "remote", "add", "origin", str(bare))
    git(example, "push", "--quiet", "--set-upstream", "origin", "main")
    return example


def overlay(folder: Path) -> Path:
    return folder / "environments" / "production.yaml"


def edit(folder: Path, old: str, new: str) -> str:
    text = overlay(folder).read_text()
    assert old in text
    overlay(folder).write_text(text.replace(old, new))
    return overlay(folder).read_text()


def heads(clone: Path) -> str:
    return git(clone, "ls-remote", "--heads", "origin")


@pytest.mark.parametrize(
    "verb",
    [
        ["set", "search", "canary.weight", "5"],
        ["canary", "set", "search", "--weight", "5"],
        ["canary", "abort", "search"],
        ["canary", "hold", "search", "--reason", "look"],
        ["canary", "unhold", "search"],
        ["canary", "finish", "search"],
        ["canary", "advance", "search"],
        ["canary", "promote", "search"],
    ],
)
def test_no_verb_passes_over_what_it_shall_expect(example: Path, gitramp: Gitramp, verb: list[str]) -> None:
    before = overlay(example).read_bytes()
    done = gitramp(*verb, *PRODUCTION, "--expect-weight", "99", cwd=example)
    assert (done.returncode, "has 10 %, not 99 %" in done.stderr) == (5, True), done.stdout + done.stderr
    assert overlay(example).read_bytes() == before


def test_what_is_expected_of_a_shared_image_is_expected_once(example: Path, gitramp: Gitramp) -> None:
    """The first environment that a Layer's edit reaches must not make the others look changed."""
    old, new = "ghcr.io/acme/catalog:2.3.0", "ghcr.io/acme/catalog:2.3.1"
    released = ["release", "catalog", "--track", "v1", "--image", new]
    done = gitramp(*released, "--expect-image", old, cwd=example)
    assert done.returncode == 0, done.stdout + done.stderr
    assert new in (example / "environments" / "base.yaml").read_text()
    again = gitramp(*released, "--expect-image", old, cwd=example)
    assert (again.returncode, f"has image {new}, not {old}" in again.stderr) == (5, True)


@pytest.mark.parametrize("weight", ["1", "5"])
def test_an_advance_leaves_a_rollback_alone_that_is_not_committed(clone: Path, gitramp: Gitramp, weight: str) -> None:
    mine = edit(clone, "weight: 10", f"weight: {weight}")
    for options in ([], ["--commit"]):
        done = gitramp("canary", "advance", "search", *PRODUCTION, *options, cwd=clone)
        assert (done.returncode, f"from 10 % to {weight} % already" in done.stdout) == (0, True), done.stdout
        assert overlay(clone).read_text() == mine
    assert git(clone, "rev-list", "--count", "HEAD") == "1"


def test_a_commit_tells_no_step_that_a_pending_hold_has_stopped(clone: Path, gitramp: Gitramp) -> None:
    mine = edit(clone, "  search:\n", "  search:\n    hold: look at it\n")
    done = gitramp("canary", "advance", "search", *PRODUCTION, "--commit", cwd=clone)
    assert (done.returncode, "is held at 10 %: look at it" in done.stdout) == (0, True), done.stdout + done.stderr
    assert (git(clone, "rev-list", "--count", "HEAD"), overlay(clone).read_text()) == ("1", mine)


def test_a_commit_still_takes_what_an_earlier_run_has_left(clone: Path, gitramp: Gitramp) -> None:
    assert gitramp("canary", "advance", "search", *PRODUCTION, cwd=clone).returncode == 0
    done = gitramp("canary", "advance", "search", *PRODUCTION, "--commit", cwd=clone)
    assert "Gitramp-Action: canary/advance search@production 10->25" in git(clone, "log", "-1", "--format=%B")
    assert done.returncode == 0


def test_a_commit_takes_a_service_that_no_commit_has_yet(clone: Path, gitramp: Gitramp) -> None:
    edit(
        clone,
        "  catalog:\n    replicas: 3\n",
        "  catalog: {replicas: 3}\n  fresh: {port: 80, tracks: {v1: {image: 'nginx:1.29'}}}\n",
    )
    done = gitramp(
        "canary", "start", "fresh", "--track", "v2", "--image", "nginx:1.30", *PRODUCTION, "--commit", cwd=clone
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Gitramp-Action: canary/start fresh@production v2" in git(clone, "log", "-1", "--format=%B")
    assert git(clone, "status", "--porcelain") == ""


def test_nobody_approves_a_step_of_their_own_by_naming_an_author(clone: Path, gitramp: Gitramp) -> None:
    edit(clone, "ramp: {steps: [1, 5, 10, 25, 50, 100]}", APPROVED)
    assert gitramp("commit", cwd=clone).returncode == 0
    git(clone, "push", "--quiet")
    before = heads(clone)
    advance = ["canary", "advance", "search", *PRODUCTION, "--push", "--approved-by", ADA]
    own = gitramp(*advance, "--author", ADA, cwd=clone)
    assert "nobody approves a step of their own" in own.stdout
    assert heads(clone) == before
    assert gitramp(*advance, cwd=clone).returncode == 0
    assert heads(clone) != before


@pytest.mark.parametrize("checked_out", ["main", "feature"])
def test_the_main_branch_is_judged_from_itself(clone: Path, gitramp: Gitramp, checked_out: str) -> None:
    """Another base would ask its own plan and nobody's approval, and land on main all the same."""
    git(clone, "push", "--quiet", "origin", "main:feature")
    git(clone, "fetch", "--quiet")
    git(clone, "switch", "--quiet", checked_out)
    before = heads(clone)
    based = [] if checked_out == "feature" else ["--base", "feature"]
    done = gitramp("canary", "advance", "search", *PRODUCTION, *based, "--branch", "main", cwd=clone)
    assert (done.returncode, "say --push --base main" in done.stderr) == (2, True), done.stdout + done.stderr
    assert heads(clone) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["canary", "advance", "--branch", ""], "the value is empty"),
        (["canary", "advance", "--push", "--branch", ""], "the value is empty"),
        (["canary", "advance", "--push", "--base", ""], "the value is empty"),
        (["canary", "start", "search", *PRODUCTION, "--track", "v2", "--image", ""], "the value is empty"),
        (["canary", "advance", "--commit", "--push"], "say one of them"),
        (["canary", "set", "search", *PRODUCTION, "--match", "methods: [GET]", "--no-match"], "contradict each other"),
        (["canary", "run", "--push", "--expect-weight", "10"], "No such option"),
        (["canary", "advance", "serch"], "did you mean search?"),
        (["canary", "finish", "search", *PRODUCTION, "--track", "v2"], "gitramp set search canary null"),
        (
            ["canary", "start", "search", *PRODUCTION, "--track", "v3", "--image", "nginx:1.29"],
            "canary v2 of search has traffic; promote it or abort it first",
        ),
    ],
)
def test_words_that_do_not_mean_what_they_seem_to(clone: Path, gitramp: Gitramp, words: list[str], said: str) -> None:
    before = heads(clone)
    done = gitramp(*words, cwd=clone)
    assert (done.returncode, said in " ".join(done.stderr.split())) == (2, True), done.stdout + done.stderr
    assert (heads(clone), git(clone, "status", "--porcelain")) == (before, "")


def test_no_line_of_a_message_passes_for_a_trailer_however_it_is_indented() -> None:
    text = "subject\n\n- the server warns: x\n  Gitramp-Action: canary/unhold a@b\n\tApproved-by: Ada\n"
    said = repo.with_trailers(text, {"Gitramp-Action": ["set a@b"], "Approved-by": []})
    assert said == "subject\n\n- the server warns: x\n\nGitramp-Action: set a@b\n"

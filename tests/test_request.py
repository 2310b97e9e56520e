"""Branches for pull requests: where an edit starts, what the request says, and what is there already."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gitramp import pipeline
from gitramp.workspace import Workspace
from rivals import IDENTITY, git, shop

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
PLAN = "      ramp: {steps: [1, 5, 10, 25]}\n"
ASKED = ["--branch", "ramp", "--pull-request"]
PRODUCTION = ["-e", "production"]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("requests")
    shop(folder, {"search": 5, "cart": 0}, PLAN)
    git(folder, "clone", "--quiet", "remote.git", "clone")
    git(folder / "clone", "remote", "set-url", "origin", "../remote.git")
    return folder


@pytest.fixture
def clone(template: Path, tmp_path: Path, identity: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    shutil.copytree(template, tmp_path / "shop", symlinks=True)
    return tmp_path / "shop" / "clone"


def tips(clone: Path) -> str:
    return git(clone.parent / "remote.git", "for-each-ref", "--format=%(objectname) %(refname)")


def moved_on(clone: Path) -> None:
    """Let somebody else push a commit to main."""
    path = clone / "environments" / "dev.yaml"
    path.write_text(path.read_text().replace("services:\n", "services:\n  # a word\n", 1))
    pipeline.render(Workspace(clone))
    git(clone, "commit", "--quiet", "--all", "--message=By somebody")
    git(clone, "push", "--quiet", "origin", "HEAD:main")


def test_a_branch_that_is_left_over_is_refused_and_stays(clone: Path, gitramp: Gitramp) -> None:
    done = gitramp("canary", "advance", "search", *PRODUCTION, *ASKED, cwd=clone)
    assert done.returncode == 0, done.stdout + done.stderr
    moved_on(clone)
    before = tips(clone)
    done = gitramp("canary", "abort", "search", *PRODUCTION, *ASKED, cwd=clone)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "GR860 origin/ramp exists and is 1 commit behind main" in done.stderr
    assert "git push REMOTE --delete NAME" in done.stderr
    assert tips(clone) == before


def test_a_branch_without_commits_of_its_own_starts_at_the_base(clone: Path, gitramp: Gitramp) -> None:
    git(clone, "push", "--quiet", "origin", "HEAD:ramp")
    moved_on(clone)
    done = gitramp("canary", "advance", "search", *PRODUCTION, *ASKED, cwd=clone)
    assert done.returncode == 0, done.stdout + done.stderr
    assert git(clone.parent / "remote.git", "rev-parse", "ramp~1") == git(clone, "rev-parse", "HEAD")


def test_a_shallow_clone_knows_a_branch_that_was_merged(clone: Path, gitramp: Gitramp) -> None:
    assert gitramp("canary", "abort", "search", *PRODUCTION, *ASKED, cwd=clone).returncode == 0
    git(clone, "fetch", "--quiet", "origin", "ramp")
    git(clone, "merge", "--quiet", "--no-ff", "--message=Merge", "FETCH_HEAD")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    url = (clone.parent / "remote.git").as_uri()
    git(clone.parent, "clone", "--quiet", "--depth=1", url, "shallow")
    hold = ["canary", "hold", "search", "--reason", "INC-1", *PRODUCTION, *ASKED]
    done = gitramp(*hold, cwd=clone.parent / "shallow")
    assert done.returncode == 0, done.stdout + done.stderr
    assert git(clone.parent / "remote.git", "rev-parse", "ramp~1") == git(clone, "rev-parse", "HEAD")


def test_a_request_keeps_what_history_reads_and_says_each_thing_once(clone: Path, gitramp: Gitramp) -> None:
    github = "https://github.com/acme/shop.git"
    git(clone, "config", "remote.origin.pushurl", str(clone.parent / "remote.git"))
    git(clone, "config", "remote.origin.url", github)
    git(clone, "config", f"url.{(clone.parent / 'remote.git').as_uri()}.insteadOf", github)
    people = ["--approved-by", "Ada <ada@example.com>", "--co-author", "Grace <grace@example.com>"]
    done = gitramp("canary", "advance", "search", *PRODUCTION, *ASKED, *people, cwd=clone)
    assert done.returncode == 0, done.stdout + done.stderr
    title, _, rest = done.stdout.partition("\nTitle: ")[2].partition("\n\nBody:\n\n")
    assert title == "production: search canary v2 5 % -> 10 %"
    assert rest.startswith(
        "Gitramp-Action: canary/advance search@production 5->10\n"
        "Approved-by: Ada <ada@example.com>\n"
        "Co-authored-by: Grace <grace@example.com>\n\n"
    )
    assert "Rendered-from" not in done.stdout
    assert done.stdout.count(title) == 1


def test_a_second_edit_has_the_lines_of_the_first_in_its_request(clone: Path, gitramp: Gitramp) -> None:
    first = ["canary", "advance", "search", *PRODUCTION]
    assert gitramp(*first, *ASKED, cwd=clone).returncode == 0
    done = gitramp("canary", "hold", "cart", "--reason", "INC-1", *PRODUCTION, *ASKED, cwd=clone)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for line in done.stdout.split("\n") if line.startswith("Gitramp-Action")]
    assert lines == [
        "Gitramp-Action: canary/advance search@production 5->10",
        "Gitramp-Action: canary/hold cart@production",
    ]


@pytest.mark.parametrize(
    "verb",
    [
        ["canary", "advance", "search"],
        ["canary", "hold", "search", "--reason", "INC-1"],
        ["canary", "abort", "search", "--reason", "INC-1"],
        ["canary", "set", "search", "--weight", "1"],
    ],
    ids=lambda verb: " ".join(verb[:2]),
)
def test_once_more_tells_that_the_branch_has_it_and_how_to_ask(clone: Path, gitramp: Gitramp, verb: list[str]) -> None:
    first = gitramp(*verb, *PRODUCTION, *ASKED, cwd=clone)
    assert first.returncode == 0, first.stdout + first.stderr
    before = tips(clone)
    again = gitramp(*verb, *PRODUCTION, *ASKED, cwd=clone)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "search@production: origin/ramp has this already\n" in again.stdout
    assert again.stdout.partition("\nTitle: ")[2] == first.stdout.partition("\nTitle: ")[2] != ""
    assert tips(clone) == before


def test_a_name_that_no_branch_has_is_told_with_the_option(clone: Path, gitramp: Gitramp) -> None:
    done = gitramp("canary", "advance", "search", *PRODUCTION, "--branch", "a b", cwd=clone)
    assert (done.returncode, "name it with --branch NAME" in done.stderr) == (4, True), done.stdout + done.stderr

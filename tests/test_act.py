"""Intents in the work tree: what is written, what is committed, and that a refused one leaves every byte."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import jsonschema
import pytest

from branches import git
from gitramp import intents, repo
from gitramp.intents import Aim, Expected, Intent
from gitramp.pipeline.message import Note
from gitramp.problem import InputRejected, RepoError, Superseded, UsageError
from gitramp.report.acted import acted_text
from gitramp.report.machine import envelope
from gitramp.verbs import wishes
from gitramp.verbs.act import Acted, How, act
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = json.loads((ROOT / "schemas" / "result.schema.json").read_text())
Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
ANY = Expected()
PRODUCTION = ("production",)


@pytest.fixture(autouse=True)
def _alone(identity: None) -> None:
    """Keep the machine's own configuration away."""


@pytest.fixture
def shop(example: Path) -> Path:
    """Return a repository whose only commit holds the worked example."""
    git(example, "init", "--quiet")
    git(example, "add", ".")
    git(example, "commit", "--quiet", "--message=start")
    return example


def digest(folder: Path) -> dict[str, str]:
    """Return all files of a workspace, Git's and gitramp's own bookkeeping aside."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    parts = ((path.relative_to(folder), path) for path in files)
    return {
        str(name): hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in parts
        if name.parts[0] not in (".git", ".gitramp")
    }


def overlay(folder: Path, name: str = "production") -> str:
    return (folder / "environments" / f"{name}.yaml").read_text()


def edit(folder: Path, old: str, new: str, name: str = "production") -> None:
    assert old in overlay(folder, name)
    (folder / "environments" / f"{name}.yaml").write_text(overlay(folder, name).replace(old, new))


def commits(folder: Path) -> int:
    return int(git(folder, "rev-list", "--count", "HEAD"))


def aimed(
    make: Callable[[tuple[Aim, ...]], Intent],
    services: Sequence[str] = ("search",),
    environments: Sequence[str] = PRODUCTION,
) -> wishes.Wish:
    return wishes.aimed(services, environments, make)


def weight(percent: int, expected: Expected = ANY) -> wishes.Wish:
    return aimed(lambda aims: intents.set_traffic(aims, percent, None, expected))


PROMOTE = aimed(lambda aims: intents.promote(aims, ANY))
ABORT = wishes.aborted(["search"], PRODUCTION, "slow")
HOLD = aimed(lambda aims: intents.hold(aims, "INC-1"))
UNHOLD = aimed(intents.unhold)
ADVANCE = wishes.going_on((), PRODUCTION, ANY)
RELEASE = wishes.released("search", "v1", "docker.io/nginxinc/nginx-unprivileged:1.29.9-alpine", ["dev"], ANY)
START = aimed(lambda aims: intents.start(aims, "v3", "docker.io/a/b:1", None, (), ANY), ["search"], ["dev"])
VERBS = {
    "set": weight(25),
    "advance": ADVANCE,
    "abort": ABORT,
    "hold": HOLD,
    "release": RELEASE,
    "start": START,
}


def done(folder: Path, wish: wishes.Wish, *, dry_run: bool = False, commit: bool = False) -> Acted:
    return act(Workspace(folder), wish, How(dry_run, commit))


@pytest.mark.parametrize("verb", VERBS)
def test_commit_holds_the_edit_and_what_it_renders_to_once(shop: Path, verb: str) -> None:
    tried = done(shop, VERBS[verb], dry_run=True)
    before = digest(shop)
    assert git(shop, "status", "--porcelain") == ""
    assert tried.tried.amendment.paths
    told = acted_text(tried)
    assert told.endswith("Nothing was written.\n")
    assert [f"+++ b/{path}" in told for path in tried.tried.amendment.paths] == [True]
    assert bool(tried.tried.rendered) == ("+++ b/rendered/" in told)
    made = done(shop, VERBS[verb], commit=True)
    assert made.published is not None
    assert commits(shop) == 2
    assert digest(shop) != before
    assert git(shop, "status", "--porcelain") == ""
    (action,) = made.tried.amendment.actions
    assert f"Gitramp-Action: {action}\n" in git(shop, "log", "-1", "--format=%B")
    if verb != "advance":  # which goes on: the second step of a plan without a bake time
        assert done(shop, VERBS[verb], commit=True).published is None
        assert commits(shop) == 2
    parts = {"findings": made.tried.trial.report, "acted": made, "changed": True, "path": None}
    shape = json.loads(envelope(f"canary {verb}", 0, **parts))
    jsonschema.Draft202012Validator(SCHEMA).validate(shape)


def test_edit_without_commit_is_written_and_the_repeated_command_commits_it(shop: Path) -> None:
    assert done(shop, weight(25)).published is None
    assert git(shop, "status", "--porcelain").split() == ["M", "environments/production.yaml"]
    assert done(shop, weight(25)).tried.amendment.actions == ()
    made = done(shop, weight(25), commit=True)
    assert made.published is not None
    assert "Gitramp-Action: canary/set search@production 10->25" in git(shop, "log", "-1", "--format=%B")
    assert git(shop, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (weight(50), "GR510"),
        (weight(110), "GR204"),
        (PROMOTE, "GR515"),
        (wishes.released("search", "v2", "docker.io/a/b:2", PRODUCTION, ANY), "GR513"),
    ],
    ids=["skips", "too much", "promoted early", "another image"],
)
def test_refused_edit_leaves_every_byte(shop: Path, wish: wishes.Wish, code: str) -> None:
    before = digest(shop)
    for commit in (False, True):
        with pytest.raises(InputRejected) as refused:
            done(shop, wish, commit=commit)
        assert code in {finding.code.number for finding in refused.value.report}
    assert digest(shop) == before
    assert commits(shop) == 1


def test_schemas_are_asked_about_what_the_edit_leaves_alone_too(shop: Path) -> None:
    with (shop / "environments" / "production.yaml").open("a") as file:
        file.write("patches:\n  odd: {target: {kind: Deployment, name: catalog}, merge: {spec: {paused: maybe}}}\n")
    before = digest(shop)
    for wish in (weight(25), aimed(lambda aims: intents.set_key(aims, ("replicas",), 4), ("catalog",))):
        with pytest.raises(InputRejected) as refused:
            done(shop, wish)
        assert "GR601" in {finding.code.number for finding in refused.value.report}
    assert digest(shop) == before


def test_expectation_that_does_not_hold_writes_nothing(shop: Path) -> None:
    before = digest(shop)
    with pytest.raises(Superseded, match="has 10 %, not 5 %; nothing was written"):
        done(shop, weight(25, Expected(weight=5)), commit=True)
    assert digest(shop) == before
    assert done(shop, weight(25, Expected(weight=10)), commit=True).published is not None


def test_several_services_and_environments_are_one_commit(shop: Path) -> None:
    wish = aimed(lambda aims: intents.hold(aims, "INC-1"), ["search", "checkout"], ["production", "staging"])
    made = done(shop, wish, commit=True)
    assert len(made.tried.amendment.actions) == 4
    assert commits(shop) == 2
    assert git(shop, "log", "-1", "--format=%B").count("Gitramp-Action: canary/hold ") == 4


# Who has to wait.


def test_bake_time_and_hold_wait_and_say_why(shop: Path) -> None:
    edit(shop, "100]}", "100], bake: 30m}")
    git(shop, "commit", "--quiet", "--all", "--message=a bake time")
    done(shop, weight(5), commit=True)
    waits = done(shop, ADVANCE, commit=True)
    assert [(each.waiting, "bake" in each.reason) for _, each in waits.tried.amendment.idle] == [(True, True)]
    assert waits.published is None
    text = acted_text(waits)
    assert text.startswith("search@production: ")
    assert not text.startswith("Nothing to do: no canary")
    done(shop, HOLD, commit=True)
    held = done(shop, ADVANCE, commit=True)
    assert ["INC-1" in each.reason and each.waiting for _, each in held.tried.amendment.idle] == [True]
    assert done(shop, ABORT, commit=True).published is not None, "down is free"


def test_move_down_by_hand_holds_until_unhold_which_needs_a_commit(shop: Path) -> None:
    edit(shop, "weight: 10", "weight: 5")
    git(shop, "commit", "--quiet", "--all", "--message=slower")
    held = done(shop, ADVANCE, commit=True).tried.amendment.idle
    assert ["Linus moved it down, 10 % -> 5 %, by hand" in each.reason for _, each in held] == [True]
    with pytest.raises(UsageError, match="only a commit can: add --commit or --push"):
        done(shop, UNHOLD)
    done(shop, UNHOLD, commit=True)
    assert commits(shop) == 3
    assert done(shop, UNHOLD, commit=True).tried.amendment.actions == ()
    assert done(shop, ADVANCE, commit=True).tried.amendment.actions == ("canary/advance search@production 5->10",)


# What extends an environment.


@pytest.fixture
def europe(shop: Path) -> Path:
    (shop / "environments" / "production-eu.yaml").write_bytes(
        (ROOT / "environments" / "production-eu.yaml").read_bytes()
    )
    subprocess.run(["cp", "-r", ROOT / "rendered" / "production-eu", shop / "rendered"], check=True)
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "--message=Europe")
    return shop


def test_abort_takes_what_extends_the_environment_along(europe: Path) -> None:
    made = done(europe, ABORT, commit=True)
    assert [action.split()[1] for action in made.tried.amendment.actions] == [
        "search@production",
        "search@production-eu",
    ]
    assert "weight: 0" in overlay(europe, "production-eu")
    assert git(europe, "status", "--porcelain") == ""


def test_promotion_while_another_still_ramps_is_refused_with_the_reason(europe: Path) -> None:
    for percent in (25, 50, 100):
        done(europe, weight(percent), commit=True)
    before = digest(europe)
    with pytest.raises(InputRejected) as refused:
        done(europe, PROMOTE, commit=True)
    errors = [finding for finding in refused.value.report if finding.severity == "error"]
    assert errors
    assert all("search" in finding.message and finding.advice for finding in errors)
    assert digest(europe) == before


# Repositories as they come.


def test_without_a_repository_the_overlay_is_edited_and_a_commit_is_refused(example: Path, gitramp: Gitramp) -> None:
    assert done(example, weight(25)).tried.amendment.paths == ("environments/production.yaml",)
    assert "weight: 25" in overlay(example)
    before = digest(example)
    refused = gitramp("canary", "set", "search", "--weight", "50", "-e", "production", "--commit", cwd=example)
    assert refused.returncode == 4
    assert "Traceback" not in refused.stderr
    assert digest(example) == before


def test_repository_without_a_commit_is_told_what_to_commit_first(example: Path) -> None:
    git(example, "init", "--quiet")
    with pytest.raises(InputRejected) as refused:
        done(example, weight(25), commit=True)
    assert {finding.code.number for finding in refused.value.report} == {"GR708"}


def test_what_others_have_staged_or_left_dirty_stays(shop: Path) -> None:
    (shop / "mine.txt").write_text("mine\n")
    git(shop, "add", "mine.txt")
    edit(shop, "replicas: 1", "replicas: 1 # mine", "dev")
    done(shop, weight(25), commit=True)
    assert git(shop, "status", "--porcelain").splitlines() == [" M environments/dev.yaml", "A  mine.txt"]


def test_repository_that_cannot_take_a_commit_leaves_every_byte(shop: Path) -> None:
    git(shop, "checkout", "--quiet", "--detach")
    before = digest(shop)
    with pytest.raises(RepoError, match="HEAD is detached"):
        done(shop, weight(25), commit=True)
    assert digest(shop) == before
    assert done(shop, weight(25), dry_run=True, commit=True).tried.amendment.paths


def test_people_are_named_in_the_commit(shop: Path) -> None:
    people = ("Ada <ada@example.com>",)
    act(
        Workspace(shop),
        weight(25),
        How(commit=True, note=Note((), people, people, by=repo.Authorship("Bot <bot@example.com>"))),
    )
    told = git(shop, "log", "-1", "--format=%an%n%B")
    assert told.startswith("Bot\n")
    assert "Approved-by: Ada <ada@example.com>\n" in told
    assert "Co-authored-by: Ada <ada@example.com>\n" in told


@pytest.mark.parametrize(
    ("arguments", "exit_code", "says"),
    [
        (["canary", "set", "search", "-e", "production"], 2, "say what to set"),
        (["canary", "set", "search", "--match", "{}", "--no-match", "-e", "production"], 2, "contradict each other"),
        (["canary", "promote", "search"], 2, "name the environment with -e"),
        (["canary", "hold", "search", "-e", "production", "--reason", " "], 2, "the reason is empty"),
        (["canary", "advance", "--if-healthy"], 2, "name it with --prometheus URL"),
        (["canary", "promote", "search", "-e", "production", "--expect-weight", "5"], 5, "not 5 %"),
    ],
    ids=lambda each: each[1] if isinstance(each, list) else "",
)
def test_exit_code_says_what_is_wrong(
    shop: Path, gitramp: Gitramp, arguments: list[str], exit_code: int, says: str
) -> None:
    told = gitramp(*arguments, cwd=shop)
    assert told.returncode == exit_code, told.stdout + told.stderr
    assert says in told.stdout + told.stderr

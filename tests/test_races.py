"""Somebody is always quicker: a hook of the clone pushes a rival's commit just before our own push."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from gitramp import intents, pipeline
from gitramp.intents import Expected
from gitramp.problem import InputRejected, RepoError, Superseded
from gitramp.verbs import wishes
from gitramp.verbs.act import How
from gitramp.verbs.land import Landed, Whereto, land
from gitramp.verbs.wishes import Wish
from gitramp.workspace import Workspace
from rivals import IDENTITY, git, mixed, shop

HOOK = """\
#!/bin/sh
test -e "{once}" && exit 0
touch "{once}"
cd "{rival}" && env -u GIT_DIR -u GIT_PREFIX git push --quiet --force {remote} {refspec}
"""
PLAN = "      ramp: {steps: [1, 5, 10, 25]}\n"
PRODUCTION, BASE = "production.yaml", "base.yaml"
Edit = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Race:
    """Our clone, the remote, and the rival's clone, whose branch is pushed in the middle of our push."""

    folder: Path

    @property
    def remote(self) -> Path:
        return self.folder / "remote.git"

    @property
    def tip(self) -> str:
        return git(self.remote, "rev-parse", "main")

    def run(self, wish: Wish, *rivals: Edit, refspec: str = "HEAD:main", rendered: bool = True) -> Landed:
        """Ask for something while the rival pushes a commit for each of his edits."""
        rival = self.folder / "rival"
        for edit in rivals:
            edit(rival / "environments")
            if rendered:
                pipeline.render(Workspace(rival))
            git(rival, "add", "--all")
            git(rival, "commit", "--quiet", "--message=By the rival")
        hook = self.folder / "clone" / ".git" / "hooks" / "pre-push"
        text = HOOK.format(once=self.folder / "once", rival=rival, remote=self.remote, refspec=refspec)
        hook.write_text(text)
        hook.chmod(0o755)
        return land(Workspace(self.folder / "clone"), wish, Whereto(), How(), lambda _: None)

    def superseded(self, wish: Wish, *rivals: Edit) -> str:
        """Ask for something that must drop out: the remote keeps what the rival has pushed."""
        with pytest.raises(Superseded) as caught:
            self.run(wish, *rivals)
        assert self.tip == git(self.folder / "rival", "rev-parse", "HEAD")
        return str(caught.value)

    def says(self, text: str, file: str = PRODUCTION) -> bool:
        return text in git(self.remote, "show", f"main:environments/{file}")

    def is_sound(self) -> None:
        """Hold every commit against what its overlays render to."""
        assert git(self.remote, "rev-list", "--merges", "main") == ""
        assert list(mixed(self.remote, self.folder / "look", git(self.remote, "rev-list", "main").split())) == []


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("races")
    shop(folder, {"search": 5, "cart": 0}, PLAN)
    for name in ("clone", "rival"):
        git(folder, "clone", "--quiet", "remote.git", name)
        git(folder / name, "remote", "set-url", "origin", "../remote.git")
    return folder


@pytest.fixture
def race(template: Path, tmp_path: Path, identity: None, monkeypatch: pytest.MonkeyPatch) -> Race:
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    shutil.copytree(template, tmp_path / "race", symlinks=True)
    return Race(tmp_path / "race")


def replacing(old: str, new: str, file: str = PRODUCTION) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))

    return edit


def inserting(line: str, service: str = "search", file: str = PRODUCTION) -> Edit:
    head = f"  {service}:  # of the team\n" if file != BASE else f"  {service}:\n"
    return replacing(head, f"{head}    {line}\n", file)


def removing(service: str) -> Edit:
    def edit(folder: Path) -> None:
        for name in ("dev", "staging", "production", "base"):
            path = folder / f"{name}.yaml"
            before, _, rest = path.read_text().partition(f"  {service}:")
            after = rest.partition("\n  cart:")
            path.write_text(before + "  cart:" + after[2])

    return edit


def weight(number: int, names: Sequence[str] = ("production",)) -> Wish:
    return wishes.aimed(["search"], names, lambda aims: intents.set_traffic(aims, number, None, Expected()))


def advancing() -> Wish:
    return wishes.going_on(["search"], ["production"], Expected())


TO_TEN = replacing("weight: 5", "weight: 10")
ABORT = replacing("weight: 5", "weight: 0\n      aborted: alert")


def test_another_value_of_the_same_key_supersedes(race: Race) -> None:
    said = race.superseded(wishes.value_set("search", "replicas", "4", ["production"]), inserting("replicas: 3"))
    assert "search@production has been changed by somebody else" in said


@pytest.mark.parametrize("wish", [weight(10), advancing()], ids=["set", "advance"])
def test_the_same_step_by_somebody_else_is_nothing_left_to_do(race: Race, wish: Wish) -> None:
    landed = race.run(wish, TO_TEN)
    assert landed.commit is None
    assert "somebody else has done it" in landed.tried.amendment.idle[-1][1].reason
    assert race.tip == git(race.folder / "rival", "rev-parse", "HEAD")


def test_who_expects_a_weight_is_superseded_by_the_same_step(race: Race) -> None:
    expected = Expected(weight=5)
    wish = wishes.aimed(["search"], ["production"], lambda aims: intents.set_traffic(aims, 10, None, expected))
    said = race.superseded(wish, TO_TEN)
    assert (
        said
        == f"search@production: another push took it to 10 % (commit {race.tip[:12]}) meanwhile; nothing was pushed"
    )


@pytest.mark.parametrize("wish", [weight(10), advancing()], ids=["set", "advance"])
@pytest.mark.parametrize(
    "rival", [ABORT, inserting("hold: INC-1"), removing("search")], ids=["abort", "hold", "removal"]
)
def test_a_canary_that_is_no_longer_as_it_was_goes_nowhere(race: Race, wish: Wish, rival: Edit) -> None:
    race.superseded(wish, rival)


def test_an_environment_that_is_gone_supersedes(race: Race) -> None:
    race.superseded(weight(10), lambda folder: (folder / PRODUCTION).unlink())


@pytest.mark.parametrize(
    "rival",
    [
        inserting("replicas: 3"),
        inserting("replicas: 3", "cart"),
        replacing("8080", "8081", BASE),
        inserting("hold: X", file="dev.yaml"),
    ],
    ids=["the same service", "another service", "the layer beneath", "another environment"],
)
def test_what_others_do_elsewhere_stays_and_ours_lands_on_it(race: Race, rival: Edit) -> None:
    landed = race.run(weight(10), rival)
    assert (landed.attempts, landed.commit) == (2, race.tip)
    assert git(race.remote, "rev-parse", "main~1") == git(race.folder / "rival", "rev-parse", "HEAD")
    assert race.says("weight: 10")
    race.is_sound()


def test_an_inherited_value_that_moves_beneath_supersedes(race: Race) -> None:
    wish = wishes.value_set("search", "replicas", "4", ["production"])
    race.superseded(wish, replacing("replicas: 2", "replicas: 3", BASE))


def test_an_abort_lands_whatever_step_was_made(race: Race) -> None:
    """Who aborts after a step of another wants it more, not less."""
    landed = race.run(wishes.aborted(["search"], ["production"], "alert"), inserting("replicas: 3"))
    assert landed.commit == race.tip
    assert race.says("aborted: alert")


def test_a_policy_that_came_meanwhile_refuses(race: Race) -> None:
    policy = replacing("services:\n", "policy:\n  canary: {maxWeight: 5}\nservices:\n")
    with pytest.raises(InputRejected):
        race.run(weight(10), policy)
    assert race.tip == git(race.folder / "rival", "rev-parse", "HEAD")


def test_a_tip_that_does_not_render_to_itself_takes_nothing(race: Race) -> None:
    with pytest.raises(InputRejected) as caught:
        race.run(weight(10), inserting("replicas: 3"), rendered=False)
    assert [finding.code.number for finding in caught.value.report] == ["GR711"]
    assert race.tip == git(race.folder / "rival", "rev-parse", "HEAD")


def test_one_of_two_that_somebody_did_leaves_the_other(race: Race) -> None:
    landed = race.run(weight(10, ("staging", "production")), TO_TEN)
    assert landed.commit == race.tip
    assert [action.split()[1] for action in landed.tried.amendment.actions] == ["search@staging"]
    race.is_sound()


def test_a_branch_that_was_set_back_takes_the_intent_on_its_new_tip(race: Race) -> None:
    rival = race.folder / "rival"
    inserting("replicas: 3")(rival / "environments")
    pipeline.render(Workspace(rival))
    git(rival, "commit", "--quiet", "--all", "--message=To be taken back")
    git(rival, "push", "--quiet", "origin", "HEAD:main")
    git(rival, "reset", "--quiet", "--hard", "HEAD~1")
    landed = race.run(weight(10))
    assert landed.commit == race.tip
    assert not race.says("replicas: 3")
    assert race.says("weight: 10")
    race.is_sound()


def test_a_branch_that_is_gone_is_not_made_again(race: Race) -> None:
    git(race.remote, "config", "receive.denyDeleteCurrent", "ignore")
    with pytest.raises(RepoError):
        race.run(weight(10), refspec=":main")
    assert git(race.remote, "for-each-ref") == ""


def test_a_lock_that_a_killed_git_left_on_the_server_is_told(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[land.__module__], "_LONGEST_WAIT", 0.01)
    (race.remote / "refs" / "heads" / "main.lock").touch()
    (race.folder / "once").touch()
    with pytest.raises(RepoError, match="has not moved in 12 attempts") as caught:
        race.run(weight(10))
    assert "killed git" in caught.value.remedy

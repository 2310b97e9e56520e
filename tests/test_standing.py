"""How canaries came to stand where they do: who moved them, when, by hand or not, in real repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from branches import CANARY, EU, HOUR, MINUTE, NOON, OVERLAY, Branch, acted
from gitramp.actions import Action, actions

pytestmark = pytest.mark.usefixtures("identity")


def test_a_line_says_what_gitramp_did_wherever_it_stands() -> None:
    squashed = "Squash\n\n* one\n\n    Gitramp-Action: canary/advance search@production 1->5\r\n\n"
    text = f"{squashed}Gitramp-Action: set a@b\n\nmore"
    assert actions([text, text]) == (
        Action("canary/advance", "search", "production", "1->5"),
        Action("set", "a", "b"),
    )
    assert str(actions([text])[0]) == "canary/advance search@production 1->5"
    assert actions(["see Gitramp-Action: set a@b", "Gitramp-Action: nonsense", ""]) == ()


def test_a_linear_branch_tells_position_share_and_what_was_before(branch: Branch) -> None:
    branch.weight(0, NOON)
    branch.weight(1, NOON + MINUTE)
    five = branch.weight(5, NOON + HOUR, acted("advance", "1->5"))
    branch.write(OVERLAY.replace("weight: 1\n", "weight: 5\n").replace("8080", "8081"))
    branch.commit("another port", NOON + 2 * HOUR)
    stay = branch.stay()
    assert stay.deed is not None
    assert (stay.deed.commit, stay.deed.time, stay.deed.author) == (five, NOON + HOUR, "Linus <linus@example.com>")
    assert stay.deed.actions == (Action("canary/advance", "search", "production", "1->5"),)
    assert (stay.deed.by_hand, stay.held, stay.share_since) == (False, False, NOON + HOUR)
    assert stay.before is not None
    assert (stay.before.share, stay.before_since) == (("v2", 1), NOON + MINUTE)


def test_a_match_is_a_position_of_its_own_and_starts_no_bake_time(branch: Branch) -> None:
    branch.weight(1, NOON)
    branch.write(OVERLAY + '      match: [{headers: {x-track: {exact: "canary"}}}]\n')
    matched = branch.commit("header", NOON + HOUR)
    stay = branch.stay()
    assert stay.deed is not None
    assert (stay.deed.commit, stay.share_since, stay.held) == (matched, NOON, False)
    branch.write(OVERLAY)
    branch.commit("no header", NOON + 2 * HOUR)
    assert branch.stay().held, "it was taken down"


@pytest.mark.parametrize(
    ("weight", "after", "message", "held"),
    [
        (5, 10 * MINUTE, "by hand", True),
        (5, 31 * MINUTE, "by hand", False),
        (5, 10 * MINUTE, acted("set", "1->5"), False),
        (5, 10 * MINUTE, acted("set", "1->5", "search@staging"), True),
        (5, 10 * MINUTE, acted("set", "1->5", "catalog@production"), True),
        (0, 10 * MINUTE, "by hand", True),
        (0, 9 * HOUR, "by hand", True),
        (0, 9 * HOUR, acted("abort"), False),
        (5, -MINUTE, "a clock that goes wrong", True),
    ],
)
def test_by_hand_too_early_or_downwards_is_a_hold(
    branch: Branch, weight: int, after: int, message: str, *, held: bool
) -> None:
    branch.weight(0, NOON - HOUR)
    branch.weight(1, NOON)
    moved = branch.weight(weight, NOON + after, message)
    assert branch.stay().held is held
    if held:
        way = "down" if weight == 0 else "within the bake time"
        assert branch.stay().why_held == (f"Linus moved it {way}, 1 % -> {weight} %, by hand in commit {moved[:12]}")


def test_the_start_of_a_canary_holds_nothing(branch: Branch) -> None:
    branch.write(OVERLAY.replace(CANARY, ""))
    branch.commit("stable", NOON)
    branch.weight(0, NOON + MINUTE)
    assert branch.stay().held is False
    branch.weight(1, NOON + 2 * MINUTE)
    assert branch.stay().held is False, "no weight, nothing to bake"


def test_unhold_or_a_later_position_lifts_the_hold(branch: Branch) -> None:
    branch.weight(5, NOON)
    branch.weight(1, NOON + HOUR)
    branch.commit(acted("unhold", target="search@staging"), NOON + 2 * HOUR)
    assert branch.stay().held
    branch.commit(acted("unhold"), NOON + 3 * HOUR)
    assert branch.stay().held is False
    branch.weight(0, NOON + 4 * HOUR)
    assert branch.stay().held, "an unhold is of what was held before it"
    branch.weight(1, NOON + 5 * HOUR)
    assert branch.stay().held is False, "a person went up again"
    branch.weight(0, NOON + 6 * HOUR, acted("abort"))
    assert branch.stay().held is False


def test_a_merge_counts_from_the_day_it_came_in_with_all_that_it_brought(branch: Branch) -> None:
    branch.weight(1, NOON)
    branch.git("switch", "--quiet", "-c", "ramp")
    branch.weight(5, NOON + 31 * MINUTE, acted("advance", "1->5"))
    branch.weight(10, NOON + 32 * MINUTE, "a person, too")
    branch.git("switch", "--quiet", "main")
    branch.commit("meanwhile", NOON + 33 * MINUTE)
    branch.git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #7", "ramp", at=NOON + HOUR)
    merged = branch.git("rev-parse", "HEAD")
    stay = branch.stay()
    assert stay.deed is not None
    assert stay.before is not None
    assert (stay.deed.commit, stay.deed.by_hand, stay.share_since) == (merged, False, NOON + HOUR)
    assert stay.before.weight == 1
    branch.git("switch", "--quiet", "-c", "down")
    branch.weight(0, NOON + 2 * HOUR)
    branch.git("switch", "--quiet", "main")
    branch.git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #8", "down", at=NOON + 3 * HOUR)
    assert branch.stay().held, "what the merge before brought does not count"
    branch.git("switch", "--quiet", "-c", "on", "HEAD^")
    branch.commit(acted("unhold"), NOON + 2 * HOUR)
    branch.git("switch", "--quiet", "main")
    branch.git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #9", "on", at=NOON + 4 * HOUR)
    assert branch.stay().held is False, "an unhold counts from its merge, however old it is"


def test_a_squash_keeps_what_was_done_and_a_rebase_too(branch: Branch) -> None:
    branch.weight(1, NOON)
    branch.git("switch", "--quiet", "-c", "ramp")
    branch.weight(5, NOON + MINUTE, acted("set", "1->5"))
    branch.commit("and a word", NOON + MINUTE)
    branch.git("switch", "--quiet", "main")
    branch.git("merge", "--quiet", "--squash", "ramp")
    branch.git("commit", "--quiet", "--no-edit", at=NOON + 2 * MINUTE)
    assert branch.stay().held is False
    branch.git("reset", "--quiet", "--hard", "HEAD^")
    branch.commit("meanwhile", NOON + MINUTE)
    branch.git("switch", "--quiet", "ramp")
    branch.git("rebase", "--quiet", "main", at=NOON + 3 * MINUTE)
    stay = branch.stay()
    assert stay.deed is not None
    assert (stay.held, stay.deed.time) == (False, NOON + 3 * MINUTE)


def test_a_revert_is_by_hand(branch: Branch) -> None:
    branch.weight(1, NOON)
    branch.weight(5, NOON + HOUR, acted("advance", "1->5"))
    branch.git("revert", "--no-edit", "HEAD", at=NOON + 2 * HOUR)
    stay = branch.stay()
    assert stay.deed is not None
    assert (stay.deed.by_hand, stay.held) == (True, True)
    branch.git("revert", "--no-edit", "HEAD", at=NOON + 3 * HOUR)
    assert branch.stay().held is False, "up again, after the bake time"


def test_who_extends_an_environment_moves_with_it(branch: Branch) -> None:
    branch.write(EU, "production-eu")
    branch.weight(1, NOON)
    five = branch.weight(5, NOON + MINUTE, acted("set", "1->5"))
    told = branch.stays("production", "production-eu")
    assert [stay.deed.commit for stay in told.values() if stay.deed] == [five, five]
    assert [stay.held for stay in told.values()] == [False, False]
    branch.write(EU + "services: {search: {canary: {weight: 1}}}\n", "production-eu")
    branch.commit("not there", NOON + HOUR)
    told = branch.stays("production", "production-eu")
    assert [stay.held for stay in told.values()] == [False, True]


def test_an_environment_that_was_not_there_or_had_another_name_starts_then(branch: Branch) -> None:
    branch.weight(5, NOON, name="prod")
    (branch.folder / "environments/prod.yaml").unlink()
    branch.weight(1, NOON + HOUR)
    stay = branch.stay()
    assert stay.deed is not None
    assert (stay.deed.time, stay.before, stay.held, stay.deed.by_hand) == (NOON + HOUR, None, False, True)
    assert branch.stays("nowhere") == {}


def test_a_past_that_cannot_be_read_is_looked_through(branch: Branch) -> None:
    branch.weight(5, NOON)
    branch.write("services: [")
    branch.commit("broken", NOON + HOUR)
    mended = branch.weight(1, NOON + 2 * HOUR)
    stay = branch.stay()
    assert stay.deed is not None
    assert stay.before is not None
    assert (stay.deed.commit, stay.before.weight, stay.before_since, stay.held) == (mended, 5, NOON, True)
    branch.write("services: [")
    branch.commit("broken", NOON + 3 * HOUR)
    assert branch.stays("production") == {}


def test_line_ends_are_no_move(branch: Branch) -> None:
    branch.weight(1, NOON)
    branch.git("config", "core.autocrlf", "false")
    branch.write(OVERLAY.replace("\n", "\r\n"))
    branch.commit("CRLF", NOON + HOUR)
    assert branch.stay().share_since == NOON


def test_a_shallow_clone_says_what_it_does_not_know(branch: Branch, tmp_path: Path) -> None:
    branch.weight(1, NOON)
    branch.weight(5, NOON + HOUR)
    branch.commit("word", NOON + 2 * HOUR)
    clones = {}
    for depth in (1, 2, 3, 4):
        clones[depth] = Branch(tmp_path / str(depth))
        branch.git("clone", "--quiet", f"--depth={depth}", branch.folder.as_uri(), str(clones[depth].folder))
    for depth in (1, 2):
        stay = clones[depth].stay()
        assert (stay.position.weight, stay.deed, stay.share_since, stay.held) == (5, None, None, None)
    stay = clones[3].stay()
    assert stay.deed is not None
    assert stay.before is not None
    assert (stay.share_since, stay.before.weight, stay.before_since) == (NOON + HOUR, 1, NOON)
    assert clones[4].stay() == branch.stay()


def test_a_shallow_clone_does_not_take_a_merge_for_a_hand(branch: Branch, tmp_path: Path) -> None:
    branch.weight(0, NOON)
    branch.weight(5, NOON)
    branch.git("switch", "--quiet", "-c", "ramp")
    branch.weight(1, NOON + MINUTE, acted("set", "5->1"))
    for number in range(3):
        branch.commit(f"word {number}", NOON + MINUTE)
    branch.git("switch", "--quiet", "main")
    branch.git("merge", "--quiet", "--no-ff", "-m", "Merge", "ramp", at=NOON + HOUR)
    assert branch.stay().held is False
    clone = Branch(tmp_path / "clone")
    branch.git("clone", "--quiet", "--depth=3", branch.folder.as_uri(), str(clone.folder))
    stay = clone.stay()
    assert stay.deed is not None
    assert (stay.deed.by_hand, stay.held) == (None, None)


def test_a_workspace_in_a_folder_and_services_in_files(branch: Branch) -> None:
    nested = Branch(branch.folder, "deploy/shop")
    (nested.folder / "environments").mkdir()
    (nested.folder / "environments/production.yaml").write_text("services: [")
    nested.write("apiVersion: gitramp/v1alpha1\nkind: Environment\n")
    service = "\n".join(line[4:] for line in OVERLAY[OVERLAY.index("    port") :].split("\n"))
    nested.write(service, "production/services/search")
    nested.commit("start", NOON)
    nested.write(service.replace("weight: 1\n", "weight: 5\n"), "production/services/search")
    five = nested.commit("up", NOON + HOUR)
    nested.write(service, "production/services/catalog")
    nested.commit("another", NOON + 2 * HOUR)
    told = nested.stays()
    assert [stay.deed.commit for stay in told.values() if stay.deed] == [nested.git("rev-parse", "HEAD"), five]


def test_components_and_layers_move_a_canary(branch: Branch) -> None:
    branch.write(OVERLAY.replace("kind: Environment\n", "kind: Layer\n"), "base")
    branch.write(EU.replace("production", "base") + "services: {search: {canary: {weight: 5}}}\n")
    branch.commit("start", NOON)
    branch.write(OVERLAY.replace("kind: Environment\n", "kind: Layer\n").replace("weight: 1", "weight: 10"), "base")
    branch.commit("of no matter", NOON + HOUR)
    assert branch.stay().share_since == NOON
    branch.write(OVERLAY.replace("kind: Environment\n", "kind: Layer\n").replace("track: v2", "track: v1"), "base")
    branch.commit("another canary", NOON + 2 * HOUR)
    assert branch.stay().share_since == NOON + 2 * HOUR


def test_pages_of_a_long_history_join(branch: Branch) -> None:
    lines = ["reset refs/heads/main\n"]
    for number in range(150):
        text = OVERLAY.replace("8080", str(8000 + number)).replace("weight: 1\n", f"weight: {min(number + 1, 5)}\n")
        said = f"commit refs/heads/main\ncommitter L <l@example.com> {NOON + number} +0000\ndata 1\nx\n"
        lines.append(f"{said}M 644 inline environments/production.yaml\ndata {len(text)}\n{text}\n")
    subprocess.run(["git", "fast-import", "--quiet"], cwd=branch.folder, input="".join(lines), text=True, check=True)
    stay = branch.stay()
    assert stay.before is not None
    assert (stay.share_since, stay.before.weight, stay.before_since) == (NOON + 4, 4, NOON + 3)


@pytest.mark.parametrize(
    "words",
    [
        "Gitramp-Action: canary/hold search@production",
        "Gitramp-Action: canary/unhold search@production",
        "Gitramp-Action: release search@production v1 a:1->a:2",
        "Gitramp-Action: set search@production replicas",
        "Gitramp-Action: canary/advance search@production 5->10",
    ],
)
def test_what_moves_no_canary_there_does_not_make_it_less_by_hand(branch: Branch, words: str) -> None:
    """A commit that takes pending edits along, an amended one, a squash with a rollback in it."""
    branch.weight(5, NOON)
    branch.weight(1, NOON + HOUR, f"down\n\n{words}\n")
    stay = branch.stay()
    assert stay.deed is not None
    assert (stay.deed.by_hand, stay.held) == (True, True)


def test_setting_the_weight_by_the_command_is_not_by_hand(branch: Branch) -> None:
    branch.weight(5, NOON)
    branch.weight(1, NOON + HOUR, "down\n\nGitramp-Action: set search@production canary.weight\n")
    assert branch.stay().held is False

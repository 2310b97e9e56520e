"""What `gitramp status` and `gitramp history` say of real repositories, at moments that are given."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from branches import CANARY, EU, HOUR, MINUTE, NOON, OVERLAY, Branch, acted
from gitramp.problem import RepoError, UsageError
from gitramp.ramps.ahead import State
from gitramp.ramps.history import History
from gitramp.ramps.history import history as past
from gitramp.ramps.status import Status
from gitramp.ramps.status import status as standing
from gitramp.report.ramp_history import history_json, history_text
from gitramp.report.standings import status_json, status_text
from gitramp.workspace import Workspace

pytestmark = pytest.mark.usefixtures("identity")

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
DAY = 24 * HOUR


def told(branch: Branch, at: int, *names: str, **how: Any) -> Status:
    return standing(Workspace(branch.folder), names, moment=at, **how)


def ahead(branch: Branch, at: int, name: str = "production") -> tuple[State, int | None, int | None, str]:
    (line,) = told(branch, at, name).lines
    assert line.ahead is not None
    return line.ahead.state, line.ahead.weight, line.ahead.since, line.ahead.why


def text_of(branch: Branch, at: int, *names: str, **how: Any) -> str:
    return status_text(told(branch, at, *names, **how))


def history(branch: Branch, **how: Any) -> History:
    return past(Workspace(branch.folder), "search", "production", **how)


def test_a_ramp_on_its_way(branch: Branch) -> None:
    branch.weight(1, NOON)
    five = branch.weight(5, NOON + HOUR, acted("advance", "1->5"))
    branch.write(OVERLAY.replace(CANARY, "").replace("search", "catalog"), "dev")
    later = branch.commit("dev", NOON + HOUR)
    assert text_of(branch, NOON + HOUR + 25 * MINUTE) == (
        "ENVIRONMENT  SERVICE  STABLE    CANARY    STEP          SINCE   NEXT\n"
        "dev          catalog  v1 1.4.2  -         -             -       -\n"
        "production   search   v1 1.4.2  v2 1.5.0  5 % (2 of 5)  25 min  10 % from 23:43 UTC\n"
        "    waiting: bake time of 30 min\n"
        f"    from 1 % by Linus (canary/advance), commit {five[:12]}\n"
        "\n"
        f"At commit {later[:12]}, 2023-11-14 23:38:20 UTC.\n"
    )
    assert "10 % now" in text_of(branch, NOON + HOUR + 30 * MINUTE)
    assert [line.service.name for line in told(branch, NOON, ramps=True).lines] == ["search"]
    assert [line.service.name for line in told(branch, NOON, services=["catalog"]).lines] == ["catalog"]
    branch.write(OVERLAY)
    assert "The overlays on the disk differ from it" in text_of(branch, NOON + DAY)
    assert "1 % (1 of 5)" in text_of(branch, NOON + DAY, "production", revision="HEAD~2")


def test_when_the_next_step_may_be_made(branch: Branch) -> None:
    branch.weight(0, NOON)
    assert ahead(branch, NOON + MINUTE) == (State.READY, 1, None, "")
    branch.weight(1, NOON + HOUR)
    free = NOON + HOUR + 30 * MINUTE
    assert ahead(branch, free - 1) == (State.WAITING, 5, free, "bake time of 30 min")
    assert ahead(branch, free) == (State.READY, 5, free, "")
    branch.weight(100, NOON + DAY)
    (line,) = told(branch, NOON + DAY).lines
    assert line.ahead is not None
    assert (line.ahead.state, line.ahead.promotes, line.ahead.since) == (State.WAITING, True, NOON + DAY + 30 * MINUTE)
    assert "promote from 2023-11-15 22:43 UTC" in text_of(branch, NOON)
    assert "promote now" in text_of(branch, NOON + 2 * DAY)


@pytest.mark.parametrize(
    ("change", "state", "why"),
    [
        (("ramp: {", "aborted: 97 % were good\n      ramp: {"), State.ABORTED, "97 % were good"),
        (("    stable: v1", "    hold: INC-1234\n    stable: v1"), State.HELD, "INC-1234"),
        (("bake: 30m", "bake: 30m, hold: INC-1235"), State.HELD, "INC-1235"),
        (("      ramp: {steps: [1, 5, 10, 25], bake: 30m}\n", ""), State.UNPLANNED, ""),
        (("30m}", "30m, approve: {by: [ada@example.com], from: 1}}"), State.APPROVAL, ""),
        (
            ("services:", "policy: {maxWeightStep: 5}\nservices:"),
            State.READY,
            "",
        ),
        (
            ("steps: [1, 5, 10, 25]", "steps: [25]"),
            State.READY,
            "",
        ),
    ],
)
def test_what_keeps_a_ramp_back(branch: Branch, change: tuple[str, str], state: State, why: str) -> None:
    branch.write(OVERLAY.replace("weight: 1\n", "weight: 0\n").replace(*change))
    branch.commit("start", NOON)
    assert ahead(branch, NOON + DAY)[::3] == (state, why)


def test_rules_of_steps_are_asked_before_somebody_makes_the_step(branch: Branch) -> None:
    branch.write(OVERLAY.replace("services:", "policy: {maxWeightStep: 3}\nservices:"))
    branch.write(EU.replace("extends: production", "extends: production\nfollows: production"), "eu")
    branch.commit("start", NOON)
    state, weight, since, why = ahead(branch, NOON + DAY)
    assert (state, weight, since) == (State.REFUSED, 5, None)
    assert why == "GR534 canary v2 of search grows by 4 %, from 1 % to 5 %; the policy allows 3 %"
    assert ahead(branch, NOON + DAY, "eu")[3].startswith("GR531 v2 of search gets 5 %, and no more than 1 % in produc")
    rated = "policy: {maxWeightStep: 3, severity: {GR534: warning}}\nservices:"
    branch.write(OVERLAY.replace("services:", rated))
    branch.commit("rated", NOON)
    assert ahead(branch, NOON + DAY)[0] is State.READY


def test_a_freeze_moves_the_next_step(branch: Branch) -> None:
    freeze = '{from: "2023-11-14T22:00:00Z", to: "2023-11-16T00:00:00Z", reason: nobody is there}'
    branch.write(OVERLAY.replace("services:", f"policy:\n  freeze: [{freeze}]\nservices:"))
    branch.commit("start", NOON)
    assert ahead(branch, NOON + MINUTE) == (State.WAITING, 5, 1_700_092_800, "freeze: nobody is there")
    assert ahead(branch, NOON + 2 * DAY) == (State.READY, 5, NOON + 30 * MINUTE, "")


def test_what_somebody_did_by_hand_holds(branch: Branch) -> None:
    branch.weight(5, NOON)
    down = branch.weight(1, NOON + HOUR)
    said = f"Linus moved it down, 5 % -> 1 %, by hand in commit {down[:12]}"
    assert ahead(branch, NOON + DAY) == (State.HELD, 5, None, said)
    assert f"    held: {said}\n    from 5 % by Linus (by hand), commit {down[:12]}\n" in text_of(branch, NOON + DAY)
    body = status_json(told(branch, NOON + DAY))["services"][0]
    assert body["holds"] == [{"by": "hand", "reason": said, "commit": down}]
    assert body["canary"]["by"]["byHand"] is True
    assert body["canary"]["before"] == {
        "track": "v2",
        "weight": 5,
        "since": {"iso": "2023-11-14T22:13:20Z", "seconds": NOON},
    }


def test_a_clock_from_the_future(branch: Branch) -> None:
    branch.weight(1, NOON + DAY)
    assert ahead(branch, NOON)[:3] == (State.WAITING, 5, NOON + DAY + 30 * MINUTE)
    assert "  future  5 % from 2023-11-15 22:43 UTC\n" in text_of(branch, NOON)


def test_no_repository_no_commit_and_a_shallow_clone(branch: Branch, tmp_path: Path) -> None:
    plain = Branch(tmp_path / "plain")
    plain.write(OVERLAY)
    branch.write(OVERLAY)
    for folder in (plain, branch):
        assert ahead(folder, NOON)[:2] == (State.UNKNOWN, 5)
        text = text_of(folder, NOON)
        assert (
            "1 % (1 of 5)  ?      5 %, when?\n    no history is here\n\nIn no commit, so that no age is known" in text
        )
    with pytest.raises(RepoError):
        past(Workspace(plain.folder), "search", "production")
    with pytest.raises(RepoError):
        history(branch)
    with pytest.raises(RepoError):
        told(plain, NOON, revision="HEAD")
    branch.commit("one", NOON)
    branch.commit("two", NOON)
    clone = Branch(tmp_path / "clone")
    branch.git("clone", "--quiet", "--depth=1", branch.folder.as_uri(), str(clone.folder))
    assert ahead(clone, NOON)[:2] == (State.UNKNOWN, 5)
    assert "its history is not here: fetch it, `git fetch --unshallow`" in text_of(clone, NOON)
    found = history(clone)
    assert (found.moves, found.more) == ((), None)
    assert "a shallow clone ends here" in history_text(found)


def test_commits_that_only_one_of_branch_and_upstream_has_are_told(branch: Branch, tmp_path: Path) -> None:
    branch.weight(1, NOON)
    assert told(branch, NOON).upstream is None
    clone = Branch(tmp_path / "clone")
    branch.git("clone", "--quiet", branch.folder.as_uri(), str(clone.folder))
    assert "fetched" not in text_of(clone, NOON)
    branch.weight(5, NOON + HOUR, acted("advance", "1->5"))
    branch.weight(10, NOON + 2 * HOUR, acted("advance", "5->10"))
    clone.git("fetch", "--quiet")
    assert text_of(clone, NOON).endswith(
        "\norigin/main has 2 commits that this branch lacks, as it was fetched last.\n"
    )
    clone.commit("own", NOON)
    assert text_of(clone, NOON).endswith("\nThis branch has 1 commit that origin/main lacks, as it was fetched last.\n")
    assert status_json(told(clone, NOON))["upstream"] == {"name": "origin/main", "ahead": 1, "behind": 2}
    assert told(clone, NOON, revision="HEAD").upstream is None


def test_one_environment_that_cannot_be_read_hides_no_other(branch: Branch) -> None:
    branch.write("services: [", "dev")
    branch.write(OVERLAY.replace("weight: 1\n", "weight: 110\n"), "staging")
    branch.weight(1, NOON)
    found = told(branch, NOON)
    assert [line.environment for line in found.lines] == ["production"]
    assert {finding.code.number for finding in found.report} == {"GR001", "GR204"}
    assert "No environment can be read." in text_of(branch, NOON, "dev")


def test_a_name_that_is_not_there(branch: Branch) -> None:
    branch.weight(1, NOON)
    with pytest.raises(UsageError, match="did you mean production"):
        told(branch, NOON, "prodution")
    with pytest.raises(UsageError, match="no service serch in the environments that were asked; did you mean search"):
        told(branch, NOON, services=["serch"])
    with pytest.raises(UsageError, match="did you mean search"):
        past(Workspace(branch.folder), "serch", "production")
    with pytest.raises(UsageError, match="did you mean production"):
        past(Workspace(branch.folder), "search", "prodution")


def test_a_wide_table_is_cut_to_a_hundred_columns(branch: Branch) -> None:
    long = OVERLAY.replace("  search:", f"  {'search-' * 8}x:").replace("1.5.0", "1.5.0-" + "rc" * 50)
    branch.write(long, "production-" * 5 + "x")
    branch.commit("long", NOON)
    text = text_of(branch, NOON + 40 * DAY)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "  40 d   5 % now" in text
    digest = "1.5.0@sha256:" + "0123456789abcdef" * 4
    branch.write(OVERLAY.replace("1.5.0", digest))
    branch.commit("digest", NOON)
    assert "  v2 0123456789ab  1 % (1 of 5)" in text_of(branch, NOON, "production")


def test_history_tells_what_was_done_by_whom(branch: Branch) -> None:
    branch.write(OVERLAY.replace(CANARY, ""))
    branch.commit("start", NOON)
    branch.weight(0, NOON + MINUTE, acted("start", "v2"))
    branch.write(OVERLAY.replace("weight: 1\n", "weight: 0\n").replace("8080", "8081"))
    branch.commit("of no matter for the traffic", NOON + HOUR)
    metrics = "Metrics of search v2 at 2023-11-14 23:13:20 UTC: pass\n- success: pass"
    message = (
        f"up\n\n{metrics}\n\nGitramp-Action: canary/advance search@production 0->1\nApproved-by: Ada <ada@example.com>"
    )
    one = branch.weight(1, NOON + 2 * HOUR, message)
    branch.weight(0, NOON + 3 * HOUR)
    unheld = branch.commit(acted("unhold"), NOON + 4 * HOUR)
    found = history(branch)
    assert [move.changes for move in found.moves] == [
        (),
        ("search canary v2 1 % -> 0 %",),
        ("search canary v2 0 % -> 1 %",),
        ("search canary v2 at 0 %",),
        ("search added (v1 100 %)",),
    ]
    assert found.more is False
    text = history_text(found)
    assert text.startswith(
        f"2023-11-15 02:13:20 UTC  {unheld[:12]}  Linus (canary/unhold)\n    canary/unhold search@production\n\n"
    )
    assert (
        f"2023-11-15 00:13:20 UTC  {one[:12]}  Linus (canary/advance)\n"
        "    search canary v2 0 % -> 1 %\n"
        "    approved by Ada <ada@example.com>\n"
        "    Metrics of search v2 at 2023-11-14 23:13:20 UTC: pass\n"
    ) in text
    assert text.endswith("\n\n5 commits of search in production, the first one included.\n")
    short = history(branch, limit=2)
    assert (short.moves, short.more) == (found.moves[:2], True)
    assert history(branch, revision="HEAD~3").moves[0].deed.by_hand is False
    assert history_json(short)["commits"][1]["byHand"] is True


def test_history_through_what_cannot_be_read_and_was_gone(branch: Branch) -> None:
    branch.weight(1, NOON)
    branch.write("services: [")
    branch.commit("broken", NOON + 1)
    branch.weight(5, NOON + 2)
    (branch.folder / "environments/production.yaml").unlink()
    branch.commit("gone", NOON + 3)
    assert [move.changes for move in history(branch).moves] == [
        ("search removed",),
        ("search can be read again",),
        ("search cannot be read",),
        ("search added (v1 99 %, v2 1 %)",),
    ]


def test_history_of_merges_and_of_an_environment_that_extends_another(branch: Branch) -> None:
    branch.write(EU, "production-eu")
    branch.weight(1, NOON)
    branch.git("switch", "--quiet", "-c", "ramp")
    branch.weight(5, NOON + 1, acted("advance", "1->5"))
    branch.weight(10, NOON + 2, acted("advance", "5->10"))
    branch.git("switch", "--quiet", "main")
    branch.git(
        "merge", "--quiet", "--no-ff", "-m", "Merge\n\nApproved-by: Ada <ada@example.com>", "ramp", at=NOON + HOUR
    )
    moves = past(Workspace(branch.folder), "search", "production-eu").moves
    assert [(move.deed.time, move.changes) for move in moves] == [
        (NOON + HOUR, ("search canary v2 1 % -> 10 %",)),
        (NOON, ("search added (v1 99 %, v2 1 %)",)),
    ]
    assert [action.words for action in moves[0].deed.actions] == ["5->10", "1->5"]
    assert moves[0].approved_by == ("Ada <ada@example.com>",)


def test_the_commands(branch: Branch, gitramp: Gitramp) -> None:
    branch.weight(1, NOON)
    branch.weight(5, NOON + HOUR)
    done = gitramp("status", cwd=branch.folder)
    assert (done.returncode, "production   search   v1 1.4.2  v2 1.5.0  5 % (2 of 5)" in done.stdout) == (0, True)
    body = json.loads(
        gitramp("status", "search", "-e", "production", "--ramps", "-o", "json", cwd=branch.folder).stdout
    )
    assert body["status"]["services"][0]["next"]["from"]["seconds"] == NOON + HOUR + 30 * MINUTE
    assert "production   search" in gitramp("canary", "status", "-e", "production", cwd=branch.folder).stdout
    assert gitramp("status", "--at", "nowhere", cwd=branch.folder).returncode == 4
    assert gitramp("status", "serch", cwd=branch.folder).returncode == 2
    done = gitramp("history", "search", "-e", "production", "--limit", "1", cwd=branch.folder)
    assert "search canary v2 1 % -> 5 %\n\n1 commit of search in production; there are older ones" in done.stdout
    branch.write("services: [", "dev")
    branch.commit("broken", NOON)
    assert gitramp("status", cwd=branch.folder).returncode == 1


def story(branch: Branch) -> None:
    """Make the branch of docs/status.md."""
    bot, ada = "--author=Release Bot <bot@example.com>", "--author=Ada Lovelace <ada@example.com>"
    plan = "ramp: {steps: [1, 5, 10, 25, 50, 100], bake: 30m}"
    checkout = """\
  checkout:
    port: 8080
    tracks:
      v2: {image: "ghcr.io/acme/checkout:3.1.0"}
      v3: {image: "ghcr.io/acme/checkout:3.2.0"}
    stable: v2
    canary:
      track: v3
      weight: CHECKOUT
      match:
        - headers: {x-track: {exact: canary}}
      ramp: {steps: [1, 5, 10, 25, 50, 100], bake: 30m}
"""

    def move(search: int, checking: int, at: int, message: str, who: str) -> None:
        text = OVERLAY.replace("ramp: {steps: [1, 5, 10, 25], bake: 30m}", plan)
        text = text.replace("weight: 1\n", f"weight: {search}\n")
        branch.write(text + checkout.replace("CHECKOUT", str(checking)))
        branch.commit(message, at, who)

    branch.write(OVERLAY.replace(CANARY, ""), "staging")
    move(0, 10, NOON - DAY, "start", ada)
    move(1, 10, NOON, acted("advance", "0->1"), bot)
    move(1, 25, NOON + HOUR, acted("advance", "10->25", "checkout@production"), bot)
    approved = acted("advance", "1->5") + "Approved-by: Grace Hopper <grace@example.com>"
    move(5, 25, NOON + HOUR + 10 * MINUTE, approved, bot)
    move(5, 10, NOON + HOUR + 20 * MINUTE, "checkout is slow, see INC-1234", ada)


def test_the_page_shows_what_is_printed(branch: Branch, repository_root: Path) -> None:
    story(branch)
    page = (repository_root / "docs" / "status.md").read_text()
    assert text_of(branch, NOON + HOUR + 25 * MINUTE) in page
    assert history_text(history(branch)) in page

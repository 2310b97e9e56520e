"""What each verb changes in overlays, to the byte, and what it says when there is nothing to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from branches import EU, OVERLAY
from gitramp import intents
from gitramp.intents import Aim, Expected, Idle, Intent, Setting
from gitramp.model import Service
from gitramp.problem import Superseded, UsageError
from gitramp.source import Snapshot
from gitramp.verbs.amend import Amendment, amend, committed_in

ROOT = Path(__file__).resolve().parents[1]
PATH = "environments/production.yaml"
HERE = (Aim("search", "production"),)
EXAMPLE = Snapshot({f"environments/{p.name}": p.read_bytes() for p in ROOT.glob("environments/*.yaml")})
ANY = Expected()
STABLE = OVERLAY[: OVERLAY.index("    canary:")]


def overlay(text: str, **others: str) -> Snapshot:
    named = {"production": text, **others}
    return Snapshot({f"environments/{name}.yaml": each.encode() for name, each in named.items()})


def amended(taken: Snapshot, intent: Intent, committed: Snapshot | None = None, holds: str = "") -> Amendment:
    def past(aim: Aim) -> tuple[Service | None, str]:
        return committed_in(committed or taken, aim), holds

    return amend(intent, taken, past)


def text(taken: Snapshot, intent: Intent, path: str = PATH) -> str:
    """Return the file with the intent in it, which a second time changes nothing."""
    after = amended(taken, intent).after
    assert [each for each in after.files if after.files[each] != taken.files[each]] in ([], [path])
    if intent.name != "canary/advance":  # which counts from the commit
        assert amended(after, intent, after).paths == ()
        assert amended(after, intent, after).actions == ()
    return after.files[path].decode()


def replaced(old: str, new: str, before: str = OVERLAY) -> str:
    assert before.count(old) == 1
    return before.replace(old, new)


RAMP = "      ramp: {steps: [1, 5, 10, 25], bake: 30m}\n"
SETTLED = OVERLAY[OVERLAY.index("    canary:") :]
MATCH = [{"headers": {"x-track": {"exact": "canary"}}}]
WRITTEN = {
    "set a weight": (intents.set_traffic(HERE, 7, None, ANY), replaced("weight: 1\n", "weight: 7\n")),
    "set a match": (
        intents.set_traffic(HERE, None, MATCH, ANY),
        OVERLAY + "      match: [{headers: {x-track: {exact: canary}}}]\n",
    ),
    "advance": (intents.advance(HERE, ANY), replaced("weight: 1\n", "weight: 5\n")),
    "promote": (intents.promote(HERE, ANY), replaced("stable: v1", "stable: v2", replaced(SETTLED, ""))),
    "abort": (
        intents.abort(HERE, "it is slow: see #3"),
        replaced("weight: 1\n", "weight: 0\n") + '      aborted: "it is slow: see #3"\n',
    ),
    "hold": (intents.hold(HERE, "INC-1"), OVERLAY + "    hold: INC-1\n"),
    "release": (intents.release(HERE, "v2", "ghcr.io/acme/search:1.5.1", ANY), replaced("1.5.0", "1.5.1")),
    "set": (intents.set_key(HERE, ("port",), 9090), replaced("8080", "9090")),
}


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_verb_changes_its_bytes_and_no_others(name: str, end: str) -> None:
    intent, after = WRITTEN[name]
    assert text(overlay(OVERLAY.replace("\n", end)), intent) == after.replace("\n", end)


def test_start_adds_a_track_and_a_canary() -> None:
    plan = (Setting(("canary", "ramp", "steps"), [1, 100]),)
    after = text(overlay(STABLE), intents.start(HERE, "v3", "ghcr.io/acme/search:2.0.0", None, plan, ANY))
    track = '      v3: {image: "ghcr.io/acme/search:2.0.0"}\n'
    begun = "    canary:\n      track: v3\n      weight: 0\n      ramp: {steps: [1, 100]}\n"
    with_track = STABLE.replace("    stable: v1\n", f"{track}    stable: v1\n")
    assert after.replace("ramp:\n        steps: [1, 100]\n", "ramp: {steps: [1, 100]}\n") == with_track + begun


def test_start_again_takes_the_abort_away_and_keeps_the_plan() -> None:
    aborted = amended(overlay(OVERLAY), intents.abort(HERE, "slow")).after
    assert text(aborted, intents.start(HERE, "v2", "", None, (), ANY)) == replaced("weight: 1\n", "weight: 0\n")


def test_finish_takes_the_old_track_and_its_comment_stays_by_the_new_one() -> None:
    promoted = STABLE.replace("stable: v1", "stable: v2").replace("      v2:", "      # the new one\n      v2:")
    after = text(overlay(promoted), intents.finish(HERE, ""))
    assert after == promoted.replace('      v1: {image: "ghcr.io/acme/search:1.4.2"}\n', "")


@pytest.mark.parametrize("where", ["hold", "ramp"])
def test_unhold_lifts_the_hold_of_service_and_ramp(where: str) -> None:
    held = OVERLAY + "    hold: INC-1\n" if where == "hold" else replaced("bake: 30m}", "bake: 30m, hold: INC-1}")
    assert text(overlay(held), intents.unhold(HERE)) == OVERLAY


def test_worked_example_keeps_comments_and_layout() -> None:
    before = EXAMPLE.files[PATH].decode()
    after = text(EXAMPLE, intents.advance(HERE, ANY))
    assert after == before.replace("weight: 10\n", "weight: 25\n")
    gone = amended(EXAMPLE, intents.abort(HERE, "slow")).after.files[PATH].decode()
    cut = before[before.index("      match:\n") : before.index("      ramp:")]
    ramp = "      ramp: {steps: [1, 5, 10, 25, 50, 100]}\n"
    expected = before.replace(cut, "").replace("weight: 10\n", "weight: 0\n")
    assert gone == expected.replace(ramp, f"{ramp}      aborted: slow\n")


def test_service_with_a_file_of_its_own_is_edited_there() -> None:
    head, services = OVERLAY.split("services:\n  search:\n")
    own = "environments/production/services/search.yaml"
    inside = "# Search.\n" + "".join(f"{line[4:]}\n" for line in services.splitlines())
    taken = Snapshot({PATH: f"{head}services: {{}}\n".encode(), own: inside.encode()})
    assert text(taken, intents.advance(HERE, ANY), own) == inside.replace("weight: 1\n", "weight: 5\n")


# What is inherited.

EUROPE = (Aim("search", "eu"),)


def test_inherited_weight_is_said_in_the_environments_own_file() -> None:
    taken = overlay(OVERLAY, eu=EU)
    after = text(taken, intents.set_traffic(EUROPE, 0, None, ANY), "environments/eu.yaml")
    assert after.startswith(EU)
    assert "weight: 0" in after
    assert "track" not in after


def test_inherited_key_that_must_go_is_null() -> None:
    after = text(overlay(OVERLAY, eu=EU), intents.promote(EUROPE, ANY), "environments/eu.yaml")
    assert "stable: v2" in after
    assert "canary: null" in after
    held = overlay(OVERLAY + "    hold: INC-1\n", eu=EU)
    assert "hold: null" in text(held, intents.unhold(EUROPE), "environments/eu.yaml")


def test_key_of_its_own_and_inherited_is_null_and_nothing_is_left_of_it() -> None:
    eu = EU + "services: {search: {hold: here}}\n"
    after = text(overlay(OVERLAY + "    hold: there\n", eu=eu), intents.unhold(EUROPE), "environments/eu.yaml")
    assert after == EU + "services: {search: {hold: null}}\n"


# Images in parts.

DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("said", "image", "after"),
    [
        ('{repository: ghcr.io/a/b, tag: "1"}', "ghcr.io/a/b:2", '{repository: ghcr.io/a/b, tag: "2"}'),
        ('{repository: ghcr.io/a/b, tag: "1"}', "ghcr.io/a/c:1", '{repository: ghcr.io/a/c, tag: "1"}'),
        ('{repository: "r:5000/b", tag: "1"}', "r:5000/c:1", '{repository: "r:5000/c", tag: "1"}'),
        (
            '{repository: ghcr.io/a/b, tag: "1"}',
            f"ghcr.io/a/b:2@{DIGEST}",
            f'{{repository: ghcr.io/a/b, tag: "2", digest: "{DIGEST}"}}',
        ),
    ],
)
def test_image_in_parts_stays_in_parts(said: str, image: str, after: str) -> None:
    before = replaced('"ghcr.io/acme/search:1.5.0"', said)
    written = text(overlay(before), intents.release(HERE, "v2", image, ANY))
    assert written == replaced('"ghcr.io/acme/search:1.5.0"', after)


# Nothing to do, and who has to wait.


def decided(taken: Snapshot, intent: Intent, **past: Any) -> Idle:
    found = amended(taken, intent, **past)
    assert found.after.files == taken.files
    ((_, idle),) = found.idle
    return idle


IDLE: dict[str, tuple[str, Intent, str, bool]] = {
    "no canary": (STABLE, intents.advance(HERE, ANY), "search has no canary", False),
    "end": (replaced("weight: 1\n", "weight: 100\n"), intents.advance(HERE, ANY), "has all the traffic", False),
    "hold": (OVERLAY + "    hold: INC-1\n", intents.advance(HERE, ANY), "held at 1 %: INC-1", True),
    "plan": (replaced("30m}", "30m, hold: INC-2}"), intents.advance(HERE, ANY), "held at 1 %: INC-2", True),
    "aborted": (
        replaced("weight: 1\n", "weight: 0\n      aborted: slow\n"),
        intents.advance(HERE, ANY),
        "is aborted: slow; `gitramp canary start` starts it again",
        False,
    ),
    "abort": (STABLE, intents.abort(HERE, "slow"), "search has no canary", False),
    "promote": (STABLE, intents.promote(HERE, ANY), "search has no canary; v1 is stable", False),
    "finish": (OVERLAY, intents.finish(HERE, ""), "no track to retire but those in use: v1, v2", False),
    "unhold": (OVERLAY, intents.unhold(HERE), "nothing holds search", False),
    "release": (
        OVERLAY,
        intents.release(HERE, "v2", "ghcr.io/acme/search:1.5.0", ANY),
        "v2 of search has ghcr.io/acme/search:1.5.0 already",
        False,
    ),
}


@pytest.mark.parametrize("name", IDLE)
def test_nothing_to_do_says_why(name: str) -> None:
    before, intent, why, waiting = IDLE[name]
    idle = decided(overlay(before), intent)
    assert why in idle.reason
    assert idle.waiting is waiting


def test_hold_of_history_is_lifted_by_an_action_without_an_edit() -> None:
    held = decided(overlay(OVERLAY), intents.advance(HERE, ANY), holds="Ada moved it down")
    assert (held.waiting, "Ada moved it down" in held.reason) == (True, True)
    lifted = amended(overlay(OVERLAY), intents.unhold(HERE), holds="Ada moved it down")
    assert (lifted.paths, lifted.actions) == ((), ("canary/unhold search@production",))


def test_advance_counts_from_the_commit() -> None:
    once = amended(overlay(OVERLAY), intents.advance(HERE, ANY)).after
    idle = decided(once, intents.advance(HERE, ANY), committed=overlay(OVERLAY))
    assert idle.reason == "search goes from 1 % to 5 % already, in an edit beside this"


# What is refused.


@pytest.mark.parametrize(
    ("intent", "why"),
    [
        (intents.start(HERE, "v1", "", None, (), ANY), "v1 is the stable track of search"),
        (intents.start(HERE, "v9", "", None, (), ANY), "search has no track v9; name its image with --image"),
        (intents.release(HERE, "v9", "a:1", ANY), "search has no track v9; tracks: v1, v2"),
        (intents.finish(HERE, "v1"), "v1 of search is in use"),
        (intents.finish(HERE, "v2"), "v2 of search is in use"),
        (intents.advance((Aim("serch", "production"),), ANY), "did you mean search?"),
    ],
)
def test_verb_that_makes_no_sense_there_is_a_usage_error(intent: Intent, why: str) -> None:
    with pytest.raises(UsageError, match=re.escape(why)):
        amended(overlay(OVERLAY), intent)


def test_ramp_without_a_plan_is_said_to_have_none() -> None:
    with pytest.raises(UsageError, match="has no plan to go by"):
        amended(overlay(replaced(RAMP, "")), intents.advance(HERE, ANY))
    with pytest.raises(UsageError, match="has no canary; `gitramp canary start` begins one"):
        amended(overlay(STABLE), intents.set_traffic(HERE, 5, None, ANY))


@pytest.mark.parametrize(
    ("expected", "why"),
    [
        (Expected(weight=5), "the canary of search has 1 %, not 5 %"),
        (Expected(image="a:1"), "v2 of search has image ghcr.io/acme/search:1.5.0, not a:1"),
    ],
)
def test_what_is_not_as_expected_supersedes_every_verb(expected: Expected, why: str) -> None:
    for intent in (intents.advance(HERE, expected), intents.promote(HERE, expected)):
        with pytest.raises(Superseded, match=why):
            amended(overlay(OVERLAY), intent)

"""A table of steps: the state before, the state after, and every code that refuses the way between them.

A state is written `tracks; stable; canary`: `v2'` is the track v2 with another image, `v2~` with another variable,
`v2-` without pods, `v2+` with more of them; `v2@10` a canary with 10 % of the traffic, `v2@0m` with a match, `v2@0c`
with copies.
"""

from __future__ import annotations

import functools
import re

import pytest

from gitramp import steps
from gitramp.pipeline import Built, build
from gitramp.source import Snapshot

TAGS = {"v1": "1.4.0", "v2": "1.5.0", "v3": "1.6.0"}
FORMS = {
    "": 'image: "ghcr.io/acme/search:{tag}"',
    "'": 'image: "ghcr.io/acme/search:{tag}-fixed"',
    "~": 'image: "ghcr.io/acme/search:{tag}", env: {{CACHE: "off"}}',
    "-": 'image: "ghcr.io/acme/search:{tag}", replicas: 0',
    "+": 'image: "ghcr.io/acme/search:{tag}", replicas: 4',
}
PLAN = "ramp: {steps: [1, 5, 25]}"
HELD = "ramp: {steps: [1, 5, 25], hold: see INC-1}"
BAKED = "ramp: {steps: [1, 5, 25], bake: 30m}"
SIGNED = "ramp: {steps: [1, 5, 25], approve: {by: [ada@example.com], from: 25}}"
NONE = ""
ONE, TWO, THREE = "v1", "v1 v2", "v1 v2 v3"

PLANNED = [
    # The way of a release, and back from each place on it.
    (f"{ONE}; v1;", f"{TWO}; v1;", ""),
    (f"{ONE}; v1;", f"{TWO}; v1; v2@0", ""),
    (f"{TWO}; v1;", f"{TWO}; v1; v2@0m", ""),
    (f"{TWO}; v1; v2@0", f"{TWO}; v1; v2@1", ""),
    (f"{TWO}; v1;", f"{TWO}; v1; v2@1", ""),
    (f"{TWO}; v1; v2@1", f"{TWO}; v1; v2@5", ""),
    (f"{TWO}; v1; v2@5", f"{TWO}; v1; v2@25", ""),
    (f"{TWO}; v1; v2@25", f"{TWO}; v1; v2@100", ""),
    (f"{TWO}; v1; v2@100", f"{TWO}; v2;", ""),
    (f"{TWO}; v2;", "v2; v2;", ""),
    (f"{TWO}; v1; v2@1", f"{TWO}; v1; v2@0", ""),
    (f"{TWO}; v1; v2@5", f"{TWO}; v1; v2@1", ""),
    (f"{TWO}; v1; v2@25", f"{TWO}; v1; v2@0", ""),
    (f"{TWO}; v1; v2@25", f"{TWO}; v1;", ""),
    (f"{TWO}; v1; v2@100", f"{TWO}; v1; v2@25", ""),
    (f"{TWO}; v1; v2@100", f"{TWO}; v1;", ""),
    (f"{TWO}; v1; v2@0", f"{ONE}; v1;", ""),
    (f"{TWO}; v1;", f"{ONE}; v1;", ""),
    # Steps that the plan does not have.
    (f"{TWO}; v1;", f"{TWO}; v1; v2@5", "GR510"),
    (f"{TWO}; v1; v2@0", f"{TWO}; v1; v2@25", "GR510"),
    (f"{TWO}; v1; v2@1", f"{TWO}; v1; v2@25", "GR510"),
    (f"{TWO}; v1; v2@1", f"{TWO}; v1; v2@100", "GR510"),
    (f"{TWO}; v1; v2@1", f"{TWO}; v1; v2@3", "GR510"),
    (f"{TWO}; v1; v2@25", f"{TWO}; v1; v2@50", "GR510"),
    (f"{TWO}; v1; v2@0m", f"{TWO}; v1; v2@5m", "GR510"),
    (f"{TWO}; v1; v2@3", f"{TWO}; v1; v2@5", ""),
    (f"{TWO}; v1; v2@3", f"{TWO}; v1; v2@25", "GR510"),
    # Matches come and go at any time.
    (f"{TWO}; v1; v2@5", f"{TWO}; v1; v2@5m", ""),
    (f"{TWO}; v1; v2@5m", f"{TWO}; v1; v2@5", ""),
    (f"{TWO}; v1; v2@0m", f"{TWO}; v1;", ""),
    (f"{TWO}; v1; v2@0m", f"{TWO}; v1; v2@1m", ""),
    # The canary's pods.
    (f"{TWO}; v1; v2@5", "v1 v2'; v1; v2@5", "GR513"),
    (f"{TWO}; v1; v2@5", "v1 v2~; v1; v2@5", "GR513"),
    (f"{TWO}; v1; v2@5", "v1 v2+; v1; v2@5", ""),
    (f"{TWO}; v1; v2@5", "v1 v2'; v1; v2@25", "GR513"),
    (f"{TWO}; v1; v2@1", "v1 v2'; v1; v2@25", "GR510 GR513"),
    (f"{TWO}; v1; v2@5", "v1 v2'; v1; v2@0", "GR513"),
    (f"{TWO}; v1; v2@5", "v1 v2'; v1;", "GR513"),
    (f"{TWO}; v1; v2@0", "v1 v2'; v1; v2@1", "GR513"),
    (f"{TWO}; v1; v2@0", "v1 v2'; v1; v2@0", ""),
    (f"{TWO}; v1; v2@0m", "v1 v2'; v1; v2@0m", "GR513"),
    (f"{TWO}; v1; v2@0", "v1 v2'; v1; v2@0m", "GR513"),
    (f"{TWO}; v1; v2@0c", "v1 v2'; v1; v2@0c", ""),
    (f"{TWO}; v1; v2@100", "v1 v2'; v2;", "GR513"),
    (f"{TWO}; v1; v2@100", "v1 v2'; v1; v2@100", "GR513"),
    (f"{TWO}; v1;", "v1 v2'; v1;", ""),
    (f"{THREE}; v1; v2@5", "v1 v2 v3'; v1; v2@5", ""),
    # Stable's pods.
    (f"{TWO}; v1; v2@5", "v1' v2; v1; v2@5", "GR514"),
    (f"{TWO}; v1; v2@5", "v1~ v2; v1; v2@5", "GR514"),
    (f"{TWO}; v1; v2@5", "v1+ v2; v1; v2@5", ""),
    (f"{TWO}; v1; v2@5", "v1' v2; v1; v2@0", "GR514"),
    (f"{TWO}; v1; v2@0", "v1' v2; v1; v2@1", "GR514"),
    (f"{TWO}; v1; v2@0", "v1' v2; v1; v2@0", ""),
    (f"{TWO}; v1; v2@0m", "v1' v2; v1; v2@0m", ""),
    (f"{TWO}; v1; v2@100", "v1' v2; v1; v2@100", "GR514"),
    (f"{TWO}; v1;", "v1' v2; v1;", ""),
    (f"{TWO}; v1; v2@5", "v1' v2'; v1; v2@5", "GR513 GR514"),
    # Who becomes stable.
    (f"{TWO}; v1; v2@25", f"{TWO}; v2;", "GR515"),
    (f"{TWO}; v1; v2@0", f"{TWO}; v2;", "GR515"),
    (f"{TWO}; v1;", f"{TWO}; v2;", "GR515"),
    (f"{TWO}; v1; v2@0", f"{TWO}; v2; v1@0", "GR515"),
    (f"{TWO}; v1; v2@25", f"{TWO}; v2; v1@75", "GR515"),
    (f"{TWO}; v1; v2@100", f"{TWO}; v2; v1@0", ""),
    (f"{TWO}; v1; v2@100", f"{TWO}; v2; v1@1", "GR516"),
    (f"{THREE}; v1; v2@100", f"{THREE}; v2; v3@0", ""),
    (f"{THREE}; v1; v2@100", f"{THREE}; v3;", "GR515"),
    # Another canary.
    (f"{THREE}; v1; v2@5", f"{THREE}; v1; v3@1", "GR516"),
    (f"{THREE}; v1; v2@5", f"{THREE}; v1; v3@5", "GR510 GR516"),
    (f"{THREE}; v1; v2@5", f"{THREE}; v1; v3@0", ""),
    (f"{THREE}; v1; v2@0", f"{THREE}; v1; v3@1", ""),
    (f"{THREE}; v1; v2@0m", f"{THREE}; v1; v3@0m", "GR516"),
    (f"{THREE}; v1; v2@0m", f"{THREE}; v1; v3@0", ""),
    # Tracks that go.
    (f"{TWO}; v1; v2@5", f"{ONE}; v1;", "GR517"),
    (f"{TWO}; v1; v2@0m", f"{ONE}; v1;", "GR517"),
    (f"{TWO}; v1; v2@0c", f"{ONE}; v1;", ""),
    (f"{TWO}; v1; v2@100", "v2; v2;", "GR517"),
    (f"{TWO}; v1;", "v2; v2;", "GR515 GR517"),
    (f"{THREE}; v1; v2@5", f"{TWO}; v1; v2@5", ""),
    # Pods that start.
    ("v1 v2-; v1;", f"{TWO}; v1; v2@1", "GR518"),
    ("v1 v2-; v1;", f"{TWO}; v1; v2@0m", "GR518"),
    ("v1 v2-; v1;", f"{TWO}; v1; v2@0", ""),
    ("v1 v2-; v1; v2@0", f"{TWO}; v1; v2@0", ""),
]
UNPLANNED = [
    (f"{TWO}; v1;", f"{TWO}; v1; v2@100", ""),
    (f"{TWO}; v1; v2@10", f"{TWO}; v1; v2@50", ""),
    (f"{TWO}; v1; v2@10", "v1 v2'; v1; v2@50", "GR513"),
    (f"{TWO}; v1; v2@99", f"{TWO}; v2;", "GR515"),
]
HOLDING = [
    (f"{TWO}; v1; v2@1", f"{TWO}; v1; v2@5", "GR519"),
    (f"{TWO}; v1; v2@1", f"{TWO}; v1; v2@25", "GR510 GR519"),
    (f"{TWO}; v1; v2@100", f"{TWO}; v2;", "GR519"),
    (f"{TWO}; v1; v2@25", f"{TWO}; v1; v2@5", ""),
    (f"{TWO}; v1; v2@25", f"{TWO}; v1;", ""),
]
HASTY = [
    (f"{TWO}; v1; v2@1", f"{TWO}; v1; v2@5", "GR511"),
    (f"{TWO}; v1; v2@1", f"{TWO}; v1; v2@25", "GR510 GR511"),
    (f"{TWO}; v1; v2@100", f"{TWO}; v2;", "GR511"),
    (f"{TWO}; v1; v2@0", f"{TWO}; v1; v2@1", ""),
    (f"{TWO}; v1; v2@25", f"{TWO}; v1; v2@1", ""),
    (f"{TWO}; v1; v2@25", f"{TWO}; v1;", ""),
]
ALONE = [
    (f"{TWO}; v1; v2@5", f"{TWO}; v1; v2@25", "GR512"),
    (f"{TWO}; v1; v2@1", f"{TWO}; v1; v2@5", ""),
    (f"{TWO}; v1; v2@100", f"{TWO}; v2;", ""),
    (f"{TWO}; v1; v2@25", f"{TWO}; v1;", ""),
]
ROWS = [
    (plan, *row)
    for plan, rows in ((PLAN, PLANNED), (NONE, UNPLANNED), (HELD, HOLDING), (BAKED, HASTY), (SIGNED, ALONE))
    for row in rows
]


def overlay(state: str, plan: str) -> str:
    """Write the overlay of a state."""
    tracks, stable, canary = (part.strip() for part in state.split(";"))
    said = ["apiVersion: gitramp/v1alpha1", "kind: Environment", "services:", "  search:", "    port: 8080"]
    said += ["    replicas: 2", "    tracks:"]
    for track in tracks.split():
        form = FORMS[track[2:]].format(tag=TAGS[track[:2]])
        said.append(f"      {track[:2]}: {{{form}}}")
    said.append(f"    stable: {stable}")
    if canary:
        track, weight, more = re.fullmatch(r"(v\d)@(\d+)([mc]?)", canary).groups()  # type: ignore[union-attr]
        said += ["    canary:", f"      track: {track}", f"      weight: {weight}"]
        said += ["      match: [{headers: {x-track: {exact: canary}}}]"] if more == "m" else []
        said += ["      mirror: 10"] if more == "c" else []
        said += [f"      {plan}"] if plan else []
    return "\n".join(said) + "\n"


@functools.cache
def built(state: str, plan: str) -> Built:
    (found,) = build(Snapshot({"environments/production.yaml": overlay(state, plan).encode()}))
    return found


def codes(before: Built, after: Built) -> set[str]:
    """Judge a step that is made five minutes after the one before, by somebody alone, of a track new to stable."""
    step = steps.Step(
        after.environment,
        after.manifests,
        before.environment,
        before.manifests,
        moment=300,
        standing={"search": steps.Standing(0, "0123456789abcdef")},
        stable_before={"search": None},
        approvals=steps.Approvals((), ("Linus <linus@example.com>",)),
    )
    return {code.number for _, code, _ in steps.judge(steps.Change((step,)))}


def test_table_is_long_enough() -> None:
    assert len(ROWS) == len(set(ROWS)) >= 60


@pytest.mark.parametrize(("plan", "before", "after", "refused"), ROWS)
def test_step(plan: str, before: str, after: str, refused: str) -> None:
    assert codes(built(before, plan), built(after, plan)) == set(refused.split())


@pytest.mark.parametrize("state", sorted({state for _, before, after, _ in ROWS for state in (before, after)}))
def test_staying_is_no_step(state: str) -> None:
    for plan in (PLAN, NONE, HELD, BAKED, SIGNED):
        assert codes(built(state, plan), built(state, plan)) == set()

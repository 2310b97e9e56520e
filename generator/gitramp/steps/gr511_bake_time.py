"""GR511: a weight is kept for the bake time before the next step."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.shares import baking, growing, share
from gitramp.steps.step import Standing, Step, StepRule, clock, lasting

CODE = Code(
    "GR511",
    "a step before the bake time is over",
    "A fault needs time to show: a step that comes too early tells nothing about the one before. Time is read from "
    "commits, so that the same revisions are judged alike on every machine.",
    "wait until the bake time is over, then commit the step, or commit it anew: the time of its commit counts",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each canary that grows or is promoted too early; one of which the past is not known is passed over."""
    for before, after in step.services():
        ramp, standing = baking(before, after), step.standing.get(after.name)
        if ramp is None or standing is None or before.canary is None:
            continue
        kept = step.moment - standing.since
        if kept < ramp.bake_seconds:
            growth = growing(before, after)
            held = growth.start if growth else share(before, before.canary.track)
            what = f"{after.name} leaves {held} % after {lasting(kept)}" if kept >= 0 else _future(after.name, held)
            message = f"{what}, the bake time is {lasting(ramp.bake_seconds)}; {_since(standing)}"
            place = growth.pointer if growth else after.at("stable")
            free = clock(standing.since + ramp.bake_seconds)
            yield Breach(message, place, remedy=f"wait until {free}: the time of the commit with the step counts")


def _future(service: str, held: int) -> str:
    return f"{service} leaves {held} % before the commit that set it says it was made"


def _since(standing: Standing) -> str:
    return f"commit {standing.commit[:12]} set that weight at {clock(standing.since)}"


RULE = StepRule(CODE, find)

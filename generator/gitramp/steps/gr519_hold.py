"""GR519: a canary that is held does not go up."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.source import show
from gitramp.steps.shares import growing, is_promotion
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR519",
    "a canary grows while it is held",
    "Somebody stopped it for a reason; a bot that goes on would undo that.",
    "remove `hold` in a commit of its own when the reason is gone; then go on",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each canary that grows or is promoted though it is held, before or after."""
    for before, after in step.services():
        growth = growing(before, after)
        if growth is None and not is_promotion(before, after):
            continue
        reason = before.held or after.held
        if reason:
            place = growth.pointer if growth else after.at("stable")
            what = f"goes to {growth.weight} %" if growth else "is promoted"
            yield Breach(f"the canary of {after.name} {what}, and it is held: {show(reason, 120)}", place)


RULE = StepRule(CODE, find)

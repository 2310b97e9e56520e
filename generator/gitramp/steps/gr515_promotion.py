"""GR515: a track becomes stable when it has all the traffic, or had been stable before."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.shares import is_promotion, is_way_back, share
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR515",
    "a track becomes stable that does not have all the traffic",
    "All requests would reach it at once, whatever the ramp says. Only the track that was stable before this one "
    "may come back so, with the image that it had and no canary in between.",
    "ramp it to `weight: 100` first, then promote it: `stable` says its name, and the `canary` block goes",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each stable track that was not the canary with all the traffic; a way back is none that counts."""
    for before, after in step.services():
        if before.stable == after.stable or is_promotion(before, after) or is_way_back(step, before, after):
            continue
        had, name = share(before, after.stable), after.stable
        swapped = after.canary is not None and after.canary.track == before.stable
        what = f"{name} of {after.name} becomes stable at {had} %"
        if swapped:
            back = f"to take a promotion back, say `stable: {name}` without the `canary` block; else ramp it up first"
            yield Breach(f"{what}, and stable {before.stable} the canary", after.at("stable"), remedy=back)
        else:
            yield Breach(what, after.at("stable"))


RULE = StepRule(CODE, find)

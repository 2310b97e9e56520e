"""GR514: what a canary is compared with stays what it is."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.model import Service
from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.pods import changed
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR514",
    "stable's pods change in the middle of a ramp",
    "Stable is what the canary is compared with and the way back from it: with both new, neither tells anything.",
    "set the canary's weight to 0 or finish the ramp first, then change stable in a commit of its own",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each stable track whose pods change while the canary has a share, before or after."""
    for before, after in step.services():
        weight = _weight(before) or _weight(after)
        stays = before.stable == after.stable and after.stable in before.tracks and after.stable in after.tracks
        difference = changed(step, before, after, after.stable) if weight and stays else None
        if difference is not None:
            what = f"stable {after.stable} of {after.name} changes while the canary gets {weight} %"
            yield Breach(f"{what}: {difference.words}", difference.pointer, difference.manifest)


def _weight(service: Service) -> int:
    return service.canary.weight if service.canary else 0


RULE = StepRule(CODE, find)

"""GR516: one canary follows another when the first has no traffic left."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.shares import has_traffic, is_promotion, traffic_said
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR516",
    "another canary starts while one has traffic",
    "Users of the first would meet a third version in one jump, and what they report belongs to neither.",
    "abort the first in a commit of its own (`weight: 0`, no `match`), or promote it; then start the next",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each canary with traffic that takes the place of another that had some."""
    for before, after in step.services():
        old, new = before.canary, after.canary
        if old is None or new is None or old.track == new.track:
            continue
        if is_promotion(before, after) and has_traffic(after, new.track):
            message = f"canary {new.track} of {after.name} starts in the step that promotes {after.stable}"
            yield Breach(message, new.at("track"), remedy="promote it in a commit of its own; then start the next")
        elif has_traffic(before, old.track) and has_traffic(after, new.track) and after.stable == before.stable:
            got = traffic_said(before, old.track)
            message = f"canary {new.track} of {after.name} starts while {old.track} gets {got}"
            yield Breach(message, new.at("track"))


RULE = StepRule(CODE, find)

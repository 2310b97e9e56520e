"""GR517: a track goes away when nothing has reached it for a step."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.shares import has_traffic, traffic_said
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR517",
    "a track is removed that has traffic",
    "Pods and route go in one commit: whichever goes first, requests in flight meet nobody; and the way back is gone.",
    "take its traffic away first, in a commit of its own, then remove the track",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each track that is gone and was stable, or had a share or a match."""
    for before, after in step.services():
        for track in before.tracks:
            if track in after.tracks or not (track == before.stable or has_traffic(before, track)):
                continue
            got = "is stable" if track == before.stable else f"gets {traffic_said(before, track)}"
            yield Breach(f"track {track} of {after.name} is removed while it {got}", after.at("tracks", track))


RULE = StepRule(CODE, find)

"""GR518: a track gets traffic when its pods have been there for a step."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.pods import has_pods
from gitramp.steps.shares import has_traffic
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR518",
    "a track gets traffic in the step that starts its pods",
    "The route is there at once, pods need time to start: until they are ready, requests are answered 503.",
    "start the pods in one commit, give them traffic in the next",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each track that had neither pods nor traffic and gets both."""
    for before, after in step.services():
        for name, track in after.tracks.items():
            old = before.tracks.get(name)
            if old is None or has_pods(old) or not has_pods(track):
                continue
            if has_traffic(after, name) and not has_traffic(before, name):
                place = track.at("replicas")
                yield Breach(f"track {name} of {after.name} had no pods, and gets traffic with its first ones", place)


RULE = StepRule(CODE, find)

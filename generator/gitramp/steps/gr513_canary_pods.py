"""GR513: a canary's pods stay what they are while it has traffic."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.model import Service
from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.pods import changed
from gitramp.steps.shares import has_traffic, traffic_said
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR513",
    "a canary's pods change while it has traffic",
    "What the steps so far have shown was shown of other pods: the new ones would begin where the old ones stood.",
    "abort the canary first (`weight: 0`, no `match`), then change its pods, then begin the ramp anew",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each canary with traffic, before or after, whose pods change."""
    for before, after in step.services():
        for track in _canaries(before, after):
            difference = changed(step, before, after, track)
            if difference is not None:
                service = before if _is_canary(before, track) else after
                what = f"canary {track} of {after.name} gets {traffic_said(service, track)} while its pods change"
                yield Breach(f"{what}: {difference.words}", difference.pointer, difference.manifest)


def _canaries(before: Service, after: Service) -> Iterator[str]:
    names = dict.fromkeys(service.canary.track for service in (before, after) if service.canary)
    for name in names:
        both = name in before.tracks and name in after.tracks
        if both and (_is_canary(before, name) or _is_canary(after, name)):
            yield name


def _is_canary(service: Service, track: str) -> bool:
    return bool(service.canary and service.canary.track == track and has_traffic(service, track))


RULE = StepRule(CODE, find)

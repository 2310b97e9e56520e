"""GR531: an environment is not ahead of the one that it follows."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.model import Service
from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.source import show
from gitramp.steps.shares import share
from gitramp.steps.step import Change, ChangeRule, Step

CODE = Code(
    "GR531",
    "an environment ahead of the one that it follows",
    "What has not run there yet, or with a smaller share of the traffic, is tried on the users of this one first.",
    "bring it to the environment that goes first in a change of its own, then here",
)


def find(change: Change) -> Iterator[tuple[str, Breach]]:
    """Yield each image that comes or grows here before it does there; what came there in this change is not there."""
    for step in change.steps:
        # No step chooses whom it follows: whoever went first before it does so still.
        both = (step.after.follows, step.before.follows if step.before is not None else "")
        for first in dict.fromkeys(name for name in both if name):
            yield from ((step.name, breach) for breach in _behind(step, first, change))


def _behind(step: Step, first: str, change: Change) -> Iterator[Breach]:
    past, present = change.past.get(first), change.present.get(first)
    if past is None or present is None:
        return
    for before, after in step.services():
        if after.name in past.services and after.name in present.services:
            both = (past.services[after.name], present.services[after.name])
            yield from _ahead(before, after, first, both)


def _ahead(before: Service, after: Service, first: str, there: tuple[Service, Service]) -> Iterator[Breach]:
    for name, track in after.tracks.items():
        image, old = track.image.text, before.tracks.get(name)
        if (old is None or old.image.text != image) and not all(_runs(service, image) for service in there):
            what = f"image {show(image, 120)} comes to {name} of {after.name}, and {first} did not run it before"
            yield Breach(what, track.at("image"))
            continue
        got, limit = share(after, name), min(_share(service, image) for service in there)
        if got > share(before, name) and got > limit and all(_runs(service, image) for service in there):
            place = after.at("stable") if name == after.stable else after.at("canary", "weight")
            yield Breach(f"{name} of {after.name} gets {got} %, and no more than {limit} % in {first}", place)


def _runs(service: Service, image: str) -> bool:
    return any(track.image.text == image for track in service.tracks.values())


def _share(service: Service, image: str) -> int:
    return sum(share(service, name) for name, track in service.tracks.items() if track.image.text == image)


RULE = ChangeRule(CODE, find)

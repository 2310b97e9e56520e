"""GR530: services that are released together grow in their order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gitramp.model import Environment, Group
from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.shares import share
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR530",
    "two services of a group out of order",
    "The later one needs the earlier one: with a greater share it meets versions that it was not made for.",
    "let the earlier one go first; on the way back, take the later one down first or in the same commit",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each track with a greater share than the one before it in a group, if either share changed."""
    if step.before is None:
        return
    # No step changes the order that it is judged by: the old one and the new one hold.
    groups = {group.members: group for one in (step.before, step.after) for group in one.groups.values()}
    for group in groups.values():
        yield from _out_of_order(group, step.before, step.after)


def _out_of_order(group: Group, before: Environment, after: Environment) -> Iterator[Breach]:
    for first, second in pairwise(group.members):
        if any(service not in after.services or service not in before.services for service, _ in (first, second)):
            continue
        ahead, behind = _share(after, second), _share(after, first)
        moved = ahead != _share(before, second) or behind != _share(before, first)
        if ahead > behind and moved:
            earlier, later = "/".join(first), "/".join(second)
            rose = ahead > _share(before, second)
            service, track = after.services[second[0] if rose else first[0]], second[1] if rose else first[1]
            is_canary = service.canary is not None and service.canary.track == track
            place = service.at("canary", "weight") if is_canary else service.at("stable")
            message = f"{later} gets {ahead} % and {earlier} {behind} %: group {group.name} has {earlier} first"
            yield Breach(message, place)


def _share(environment: Environment, member: tuple[str, str]) -> int:
    service, track = member
    return share(environment.services[service], track)


RULE = StepRule(CODE, find)

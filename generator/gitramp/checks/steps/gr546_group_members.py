"""GR546: a group names tracks that there are."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code, Severity
from gitramp.source import show

CODE = Code(
    "GR546",
    "a group with a member that is not there",
    "The order of the others would be kept around it in silence: nothing holds back what should wait for it.",
    "name services and tracks of the environment, as service/track; remove the group when the release is over",
    Severity.WARNING,
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each member of a group that is no service or track of the environment."""
    known = [f"{service.name}/{track}" for service in environment.services.values() for track in service.tracks]
    for group in environment.groups.values():
        for position, member in enumerate(group.order):
            if member not in known:
                near = get_close_matches(member, known, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                yield Breach(f"there is no track {show(member)}{hint}", group.at("order", position))


RULE = EnvironmentRule(CODE, find)

"""GR221: copies of requests and clients that stay go together with the split."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Canary, Environment
from gitramp.problem import Code

CODE = Code(
    "GR221",
    "a mirror or sticky cookie that contradicts the split",
    "The mesh copies every request of a route, those that the canary answers too, so it would get them twice. And a "
    "cookie that is set on everyone cannot choose who is meant.",
    "mirror at weight 0, before the split; give the sticky cookie a name of its own",
    source="https://istio.io/latest/docs/tasks/traffic-management/mirroring/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each mirror beside a weight, and each sticky cookie that a match tests too."""
    for service in environment.services.values():
        canary = service.canary
        if canary is None:
            continue
        if canary.mirror and canary.weight:
            message = f"{service.name} mirrors to the canary that takes {canary.weight} % already"
            yield Breach(message, canary.at("mirror"), remedy="set `mirror: 0`, or `weight: 0`")
        every = (*canary.match, *(match for route in service.routes.values() for match in route.match))
        tested = {name for match in every for name in match.cookies}
        yield from _taken(canary, tested)


def _taken(canary: Canary, tested: set[str]) -> Iterator[Breach]:
    if canary.sticky is not None and canary.sticky.cookie in tested:
        cookie = canary.sticky.cookie
        yield Breach(f"cookie {cookie} is set on everyone and tested by a match", canary.sticky.at("cookie"))


RULE = EnvironmentRule(CODE, find)

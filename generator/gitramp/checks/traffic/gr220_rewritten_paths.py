"""GR220: a rewrite of the path knows which part it replaces."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR220",
    "a path rewritten that nothing matches",
    "A rewrite replaces what the route's match says of the path; without an exact path or a prefix it would replace "
    "anything.",
    "test the path in every match of the route, exact or by prefix",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each rewritten path of a route with a match that says no exact path and no prefix."""
    for service in environment.services.values():
        for route in service.routes.values():
            if route.rewrite is None or route.rewrite.path is None:
                continue
            paths = [match.path for match in route.match]
            if not paths or any(path is None or path.regex is not None for path in paths):
                message = f"route {route.name} rewrites a path that its match does not say"
                yield Breach(message, route.rewrite.at("path"))


RULE = EnvironmentRule(CODE, find)

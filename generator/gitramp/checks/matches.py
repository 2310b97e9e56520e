"""The tests in a service's matches, each with the service that has it.

Owns the walk, so that rules about matches say only what they ask. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gitramp.model import Environment, Match, Service, StringMatch


class Test(NamedTuple):
    """One test; `what` is "header", "cookie", "query parameter", "path" or "origin", `name` whose text it tests."""

    what: str
    name: str
    test: StringMatch


def matches(environment: Environment) -> Iterator[tuple[Service, Match]]:
    """Yield every match of every canary and every route."""
    for service in environment.services.values():
        if service.canary is not None:
            yield from ((service, match) for match in service.canary.match)
        for route in service.routes.values():
            yield from ((service, match) for match in route.match)


def tests(match: Match) -> Iterator[Test]:
    """Yield the tests of a match."""
    yield from (Test("header", name, test) for name, test in match.headers.items())
    yield from (Test("cookie", name, test) for name, test in match.cookies.items())
    yield from (Test("query parameter", name, test) for name, test in match.query.items())
    if match.path is not None:
        yield Test("path", "", match.path)


def origins(environment: Environment) -> Iterator[Test]:
    """Yield the tests of the origins that routes allow."""
    for service in environment.services.values():
        for route in service.routes.values():
            for origin in route.cors.allow_origins if route.cors else ():
                yield Test("origin", "", origin)

"""The tests in a canary's matches, each with the service that has it.

Owns the walk, so that rules about matches say only what they ask. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gitramp.model import Environment, Match, StringMatch


class Test(NamedTuple):
    """One test of a header or cookie; `what` is "header" or "cookie"."""

    what: str
    name: str
    test: StringMatch


def matches(environment: Environment) -> Iterator[Match]:
    """Yield every match entry of every canary."""
    for service in environment.services.values():
        if service.canary is not None:
            yield from service.canary.match


def tests(match: Match) -> Iterator[Test]:
    """Yield the tests of a match entry."""
    yield from (Test("header", name, test) for name, test in match.headers.items())
    yield from (Test("cookie", name, test) for name, test in match.cookies.items())

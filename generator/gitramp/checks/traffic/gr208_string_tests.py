"""GR208: a test of a text says one thing, and a regular expression is one that the mesh can read."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import re2
from gitramp.checks.matches import matches, origins, tests
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, StringMatch
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR208",
    "a test of a text that the mesh cannot make",
    "A test is exact, prefix or regex, and the mesh reads regular expressions as RE2, without look-around and "
    "back-references; istiod would refuse the whole VirtualService.",
    "say exactly one of exact, prefix and regex",
    source="https://github.com/google/re2/wiki/Syntax",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each test that is not exactly one, and each regular expression that RE2 would refuse."""
    found = (test for _, match in matches(environment) for test in tests(match))
    for what, name, test in (*found, *origins(environment)):
        if len(test.kinds) != 1:
            has = " and ".join(test.kinds) or "none of exact, prefix and regex"
            about = f"{what} {show(name)}" if name else what
            yield Breach(f"the test of {about} says {has}", test.pointer)
        elif test.regex is not None:
            yield from _bad_expression(test.regex, test)


def _bad_expression(expression: str, test: StringMatch) -> Iterator[Breach]:
    if fault := re2.fault(expression):
        message = f"regex {show(expression)} {fault}"
        yield Breach(message, test.at("regex"), remedy="write it as RE2 takes it; the whole text must match")


RULE = EnvironmentRule(CODE, find)

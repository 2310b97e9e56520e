"""GR208: a test of a text says one thing, and a regular expression is one that the mesh can read."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

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
# Where Python's `re` is wider than RE2. Escapes and sets are read whole: nothing inside one is syntax.
_ESCAPE = re.compile(r"\\(?:(?![0-3][0-7]{2})[1-9]|[ZuUN]|[^\x00-\x7f])")
_PART = re.compile(
    rf"""
    (?P<refused> {_ESCAPE.pattern}
      | \(\?(?: [=!>(\#] | <[=!] | P= )                           # look-around, atomic, conditional, comment, by name
      | \(\?[a-zA-Z-]*[aLux][a-zA-Z-]*[:)]                        # Python's own flags
      | (?: [*+?] | \{{[0-9]+(?:,[0-9]*)?\}} )\+                  # possessive quantifiers
      | \{{,[0-9]*\}}                                             # a repetition in Python, plain text in RE2
      | \{{(?:[0-9]+,)?(?!0*(?:1000|[0-9]{{1,3}})\D)[0-9]+,?\}}   # above RE2's limit of 1000
    )
    | \\. | \[\^?\]?(?P<inside>(?:\\.|[^\]\\])*)\]
    """,
    re.VERBOSE | re.DOTALL,
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
    fault = _fault(expression)
    if fault:
        message = f"regex {show(expression)} {fault}"
        yield Breach(message, test.at("regex"), remedy="write it as RE2 takes it; the whole text must match")


def _fault(expression: str) -> str:
    if not expression:
        return "is empty"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of sets that a later version reads differently
        try:
            re.compile(expression)
        except (re.error, OverflowError, RecursionError) as error:
            return f"does not compile: {error}"
    refused = next(_refused(expression), "")
    return f"uses {show(refused)}, which RE2 does not take" if refused else ""


def _refused(expression: str) -> Iterator[str]:
    for part in _PART.finditer(expression):
        escapes = re.findall(r"\\.", part["inside"] or "", re.DOTALL)
        refused = [escape for escape in escapes if escape == r"\b" or _ESCAPE.match(escape)]
        yield from filter(None, [part["refused"], *refused])


RULE = EnvironmentRule(CODE, find)

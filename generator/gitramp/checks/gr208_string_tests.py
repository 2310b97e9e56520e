"""GR208: a test of a text says one thing, and a regular expression is one that the mesh can read."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from gitramp.checks.matches import matches, tests
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
# Where Python's `re` is wider than RE2. Escapes and sets are read whole, so that nothing inside one is taken for syntax.
_PART = re.compile(
    r"""
    (?P<refused>
        \\(?:[1-9ZuUN]|[^\x00-\x7f])     # back-references and escapes of Python's own
      | \(\?[=!>(\#] | \(\?<[=!] | \(\?P=  # look-around, atomic groups, conditions, comments, references by name
      | \(\?[a-zA-Z-]*[aLux][a-zA-Z-]*[:)] # flags of Python's own
      | (?:[*+?]|\{\d+(?:,\d*)?\})\+       # possessive quantifiers
      | \{0*1\d{3,}(?:,\d*)?\} | \{0*[2-9]\d{3,}(?:,\d*)?\} | \{\d*,0*[1-9]\d{3,}\} # more than 1000 times
    )
  | \\.
  | \[\^?\]?(?P<inside>(?:\\.|[^\]\\])*)\]
    """,
    re.VERBOSE | re.DOTALL,
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each test that is not exactly one, and each regular expression that RE2 would refuse."""
    for match in matches(environment):
        for what, name, test in tests(match):
            said = [kind for kind in ("exact", "prefix", "regex") if getattr(test, kind) is not None]
            if len(said) != 1:
                has = " and ".join(said) or "none of exact, prefix and regex"
                yield Breach(f"the test of {what} {show(name)} says {has}", test.pointer)
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
    unknown = _NOT_RE2.search(expression.replace("\\\\", ""))
    return f"uses {unknown.group()}, which RE2 does not know" if unknown else ""


RULE = EnvironmentRule(CODE, find)

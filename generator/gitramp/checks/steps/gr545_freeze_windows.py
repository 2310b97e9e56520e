"""GR545: a freeze ends after it begins, at times that exist."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR545",
    "a freeze that is no time",
    "A freeze that never is, by a day that does not exist or an end before its begin, protects nothing.",
    "write two times of the calendar, the earlier one as `from`",
    source="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each freeze whose times do not exist or are in the wrong order."""
    for freeze in environment.policy.freeze:
        if freeze.bounds is None:
            message = f"{show(freeze.start)} or {show(freeze.end)} is no time of the calendar"
            yield Breach(message, freeze.at("from"))
        elif freeze.bounds[0] >= freeze.bounds[1]:
            yield Breach(f"the freeze ends at {show(freeze.end)}, not after it begins", freeze.at("to"))


RULE = EnvironmentRule(CODE, find)

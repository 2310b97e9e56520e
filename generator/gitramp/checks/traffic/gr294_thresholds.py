"""GR294: the threshold of a query lets some numbers pass and others not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from gitramp.checks.analyses import queries
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import AnalysisQuery, Environment
from gitramp.model.analysis import Number
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR294",
    "a threshold that decides nothing",
    "Without a bound, or with one that every number keeps to, an analysis passes whatever happens; with one that none "
    "can keep to, no canary ever passes.",
    "say `min`, `max` or both, the one not above the other; a percent is above 0 and at most 100, a time above 0",
)


class _Bound(NamedTuple):
    """A bound, what it must be at least and at most, and whether the former is too little itself."""

    what: str
    says: Number
    low: int
    high: int | None
    above: bool
    pointer: Pointer


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each query without a threshold, and each threshold out of range."""
    for service, query in queries(environment):
        whose = f"query {show(query.name)} of {service.name}"
        for bound in _bounds(query):
            if not _is_sound(bound):
                yield Breach(f"{bound.what} {bound.says} in {whose} decides nothing", bound.pointer)
        least, most = query.least, query.most
        if query.query and least is None and most is None:
            yield Breach(f"{whose} has no threshold", query.pointer, remedy="say `min`, `max` or both beside `query`")
        if query.query and least is not None and most is not None and Decimal(least) > Decimal(most):
            yield Breach(f"no number is from {least} to {most}, which {whose} asks for", query.at("min"))


def _bounds(query: AnalysisQuery) -> Iterator[_Bound]:
    if rate := query.success_rate:
        yield _Bound("min", rate.least, 0, 100, above=True, pointer=rate.at("min"))
    if drop := query.success_rate_drop:
        yield _Bound("max", drop.most, 0, 99, above=False, pointer=drop.at("max"))
    for time in (query.latency, query.latency_ratio):
        if time:
            yield _Bound("max", time.most, 0, None, above=True, pointer=time.at("max"))


def _is_sound(bound: _Bound) -> bool:
    number = Decimal(bound.says)
    if number < bound.low or (bound.above and number == bound.low):
        return False
    return bound.high is None or number <= bound.high


RULE = EnvironmentRule(CODE, find)

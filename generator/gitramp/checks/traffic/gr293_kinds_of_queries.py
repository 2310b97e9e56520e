"""GR293: a query of an analysis asks one thing."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.analyses import queries
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import AnalysisQuery, Environment
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR293",
    "a query of an analysis that asks nothing, or several things",
    "Each query has one threshold and one verdict; of two kinds in one, or of none, nobody could tell what is meant.",
    "say one of `successRate`, `successRateDrop`, `latency`, `latencyRatio`, or a `query` with `min` or `max`",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each query that is not of exactly one kind, and each ready-made one with a threshold beside it."""
    for service, query in queries(environment):
        fault = _fault(query)
        if fault:
            yield Breach(f"query {show(query.name)} of {service.name} {fault}", query.pointer)


def _fault(query: AnalysisQuery) -> str:
    kinds = [*query.ready_made, *(["query"] if query.query else [])]
    beside = [name for name, bound in (("min", query.least), ("max", query.most)) if bound is not None]
    if len(kinds) > 1:
        return f"asks {' and '.join(kinds)} at once"
    if not kinds:
        return "asks nothing"
    return f"says {' and '.join(beside)} beside {kinds[0]}" if beside and not query.query else ""


RULE = EnvironmentRule(CODE, find)

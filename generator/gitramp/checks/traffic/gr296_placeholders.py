"""GR296: a placeholder in a query stands for something that gitramp knows."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gitramp.checks.analyses import queries
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.model.analysis import PLACEHOLDER, PLACEHOLDERS
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR296",
    "an unknown placeholder in a query",
    "Prometheus would get the braces as they are and refuse the query, at the moment when the canary is to go on.",
    f"use one of {', '.join(PLACEHOLDERS)}, each in double braces",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each placeholder that is not known, and braces that are left open."""
    for service, query in queries(environment):
        whose = f"query {show(query.name)} of {service.name}"
        for said in PLACEHOLDER.findall(query.query):
            if said not in PLACEHOLDERS:
                near = get_close_matches(said, PLACEHOLDERS, n=1)
                advice = f"did you mean {{{{{near[0]}}}}}?" if near else ""
                yield Breach(f"{whose} has the unknown placeholder {show(said)}", query.at("query"), remedy=advice)
        rest = PLACEHOLDER.sub("", query.query)
        if "{{" in rest or "}}" in rest:
            message = f"{whose} has double braces that are not closed or not opened"
            yield Breach(message, query.at("query"))


RULE = EnvironmentRule(CODE, find)

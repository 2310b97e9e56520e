"""GR298: an analysis can fail."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.analyses import analyses
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR298",
    "an analysis that cannot fail",
    "When as many points may be bad as there are, the canary passes with nothing but errors.",
    "let `failures` be less than `count`",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each analysis of which every point may be bad."""
    for service, analysis in analyses(environment):
        if analysis.failures >= analysis.count:
            message = f"{analysis.failures} of {analysis.count} points of {service.name} may be bad"
            yield Breach(message, analysis.at("failures"))


RULE = EnvironmentRule(CODE, find)

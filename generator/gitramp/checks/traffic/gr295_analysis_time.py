"""GR295: the points of an analysis fit into the bake time of the ramp."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.analyses import analyses
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR295",
    "an analysis that looks back further than the ramp bakes",
    "When the bake time is over, some of its points still look at the time before the step: they prove nothing about "
    "the weight that is there, and the verdict is inconclusive.",
    "let the ramp bake longer, or look at fewer points or a shorter `interval`",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each analysis that needs more time than its ramp bakes; without `bake` its own time is all there is."""
    for service, analysis in analyses(environment):
        ramp = service.canary.ramp if service.canary else None
        if ramp and ramp.bake and analysis.seconds > ramp.bake_seconds:
            points = f"{analysis.count} points of {analysis.interval}"
            delay = f" after a delay of {analysis.initial_delay}" if analysis.initial_delay else ""
            message = f"{points}{delay} need {_span(analysis.seconds)}, the ramp of {service.name} bakes {ramp.bake}"
            yield Breach(message, analysis.pointer)


def _span(seconds: int) -> str:
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"


RULE = EnvironmentRule(CODE, find)

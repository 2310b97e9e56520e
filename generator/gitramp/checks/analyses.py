"""The analyses of an environment, for the rules that ask about them.

Owns the walk to them. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.model import Analysis, AnalysisQuery, Environment, Service


def analyses(environment: Environment) -> Iterator[tuple[Service, Analysis]]:
    """Yield each analysis with its service."""
    for service in environment.services.values():
        if service.canary and service.canary.analysis:
            yield service, service.canary.analysis


def queries(environment: Environment) -> Iterator[tuple[Service, AnalysisQuery]]:
    """Yield each query of an analysis with its service."""
    for service, analysis in analyses(environment):
        yield from ((service, query) for query in analysis.queries.values())

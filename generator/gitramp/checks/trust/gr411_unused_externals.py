"""GR411: an external is called by somebody."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, external_callers
from gitramp.problem import Code, Severity

CODE = Code(
    "GR411",
    "an external that nobody calls",
    "Every service says what it calls, and none names it: nothing is rendered for it.",
    "name it under `calls` of a service, or remove it",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each external that no service may reach."""
    for external in environment.external.values():
        if not external_callers(environment, external):
            yield Breach(f"no service calls {external.name}", external.pointer)


RULE = EnvironmentRule(CODE, find)

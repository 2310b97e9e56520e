"""GR126: a service includes components that there are."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import did_you_mean, show

CODE = Code(
    "GR126",
    "a component that cannot be included",
    "A service would lack what was meant to be part of it; and a component with components in it would hide what it is "
    "made of.",
    "name one of `components`, in the order in which they lie on each other",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each component that a service includes and nobody says, and each that includes others."""
    known = environment.components
    for service in environment.services.values():
        for position, name in enumerate(service.include):
            if name not in known:
                remedy = did_you_mean(name, known, f"known: {', '.join(known) or 'none'}")
                yield Breach(f"there is no component {show(name)}", service.at("include", position), remedy=remedy)
    for name, piece in known.items():
        if "include" in piece:
            yield Breach(f"component {show(name)} includes others", ("components", name, "include"))


RULE = EnvironmentRule(CODE, find)

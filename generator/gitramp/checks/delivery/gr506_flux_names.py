"""GR506: the names of Flux's Kustomizations fit in a label."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR506",
    "a delivery's name that is too long for Flux",
    "Flux labels each object with the name of its Kustomization, and a label's value ends at 63 characters: nothing "
    "would be applied.",
    "say a shorter `delivery.name`",
    source="https://fluxcd.io/flux/components/kustomize/kustomizations/#recommended-settings",
)
_LONGEST = 63 - len(".foundation")


def find(environment: Environment) -> Iterator[Breach]:
    """Yield a delivery by Flux whose Kustomizations would have names that are too long."""
    delivery = environment.delivery
    name = environment.delivered_as()
    if delivery is not None and delivery.flux is not None and len(name) > _LONGEST:
        message = f"the name {name} has {len(name)} characters, {_LONGEST} at most with Flux"
        yield Breach(message, delivery.at("name"))


RULE = EnvironmentRule(CODE, find)

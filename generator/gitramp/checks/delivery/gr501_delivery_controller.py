"""GR501: one controller delivers an environment."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR501",
    "a delivery by no controller, or by two",
    "Without a controller nothing is applied; two that apply the same objects take their fields from each other at "
    "every sync, and each prunes what the other labels.",
    "say one of `delivery.argocd` and `delivery.flux`; `{}` is enough",
    source="https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield a delivery that says none of the controllers, or both."""
    delivery = environment.delivery
    if delivery is None:
        return
    if delivery.argocd is None and delivery.flux is None:
        yield Breach(f"nothing delivers {environment.name}", delivery.pointer)
    if delivery.argocd is not None and delivery.flux is not None:
        remedy = "remove one of them: in this overlay, `argocd: null` or `flux: null` drops what a layer says"
        yield Breach(f"{environment.name} is delivered by Argo CD and by Flux", delivery.at("flux"), remedy=remedy)


RULE = EnvironmentRule(CODE, find)

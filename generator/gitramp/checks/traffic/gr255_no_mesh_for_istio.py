"""GR255: Istio's gateways are part of a mesh."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR255",
    "Istio's ingress without a mesh",
    "Gateways and VirtualServices are read by Istio alone; a cluster without it would take them and route nothing.",
    "say `ingress: gateway-api` beside `mesh: none`, or leave `mesh` out",
    source="https://gateway-api.sigs.k8s.io/implementations/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield the platform that has no mesh and Istio's ingress."""
    platform = environment.platform
    if platform.mesh == "none" and platform.ingress == "istio":
        yield Breach("`mesh: none` with `ingress: istio`", platform.at("mesh"))


RULE = EnvironmentRule(CODE, find)

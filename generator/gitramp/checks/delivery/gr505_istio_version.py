"""GR505: the Istio that is installed is the Istio that objects are rendered for."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR505",
    "an Istio version that is not the platform's",
    "Objects are validated against the schemas of `platform.istio`; another minor version may refuse them, or read "
    "their fields in another way.",
    "say a patch release of `platform.istio`, or change both",
    source="https://istio.io/latest/docs/releases/supported-releases/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield a version of another minor than the platform's."""
    istio = environment.delivery.istio if environment.delivery else None
    if istio is not None and not istio.version.startswith(f"{environment.platform.istio}."):
        message = f"Istio {istio.version} is installed, objects are rendered for {environment.platform.istio}"
        yield Breach(message, istio.at("version"))


RULE = EnvironmentRule(CODE, find)

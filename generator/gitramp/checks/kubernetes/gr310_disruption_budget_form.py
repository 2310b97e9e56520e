"""GR310: a disruption budget says exactly one of its two bounds."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR310",
    "a disruption budget with both bounds or none",
    "The API server refuses a PodDisruptionBudget with both, and one with neither protects nothing.",
    "say either maxUnavailable or minAvailable",
    source="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each PodDisruptionBudget with both or neither of minAvailable and maxUnavailable."""
    for manifest in manifests.of_kind("PodDisruptionBudget"):
        bounds: list[Pointer] = [("spec", "maxUnavailable"), ("spec", "minAvailable")]
        said = [at for at in bounds if body.field(manifest.body, *at) is not None]
        if len(said) != 1:
            fault = "both maxUnavailable and minAvailable" if said else "neither maxUnavailable nor minAvailable"
            yield Breach(f"the disruption budget says {fault}", said[-1] if said else ("spec",), manifest)


RULE = ManifestRule(CODE, find)

"""GR272: a pod has one Sidecar."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.attached import rivals
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR272",
    "two Sidecars for the same pods",
    "They are not joined: one of them is taken, and which one is not laid down.",
    "write one Sidecar without workloadSelector a namespace, and selectors that exclude each other",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0111/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each Sidecar that holds for the same as an earlier one."""
    for sidecar, other, what in rivals(manifests, "Sidecar"):
        related = (Elsewhere("the other one", ("spec",), other),)
        yield Breach(f"{other.id} is for {what} too", ("spec",), sidecar, related=related)


RULE = ManifestRule(CODE, find)

"""GR273: a pod has one Telemetry of its own and one of its namespace."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.attached import rivals
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR273",
    "two Telemetries for the same pods",
    "Only the older one is taken; the other one's logs, metrics and traces are never made.",
    "write one Telemetry without selector a namespace, and selectors that exclude each other",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0160/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each Telemetry that holds for the same as an earlier one."""
    for telemetry, other, what in rivals(manifests, "Telemetry"):
        related = (Elsewhere("the other one", ("spec",), other),)
        yield Breach(f"{other.id} is for {what} too", ("spec",), telemetry, related=related)


RULE = ManifestRule(CODE, find)

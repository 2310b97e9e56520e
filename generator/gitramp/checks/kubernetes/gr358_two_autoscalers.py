"""GR358: a workload has one autoscaler."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR358",
    "two autoscalers of one workload",
    "Neither acts: the controller reports AmbiguousSelector for both.",
    "keep one HorizontalPodAutoscaler, with the metrics of both",
    source="https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each HorizontalPodAutoscaler whose target another one has already."""
    first: dict[tuple[str, str, str], Manifest] = {}
    for autoscaler in manifests.of_kind("HorizontalPodAutoscaler"):
        at = ("spec", "scaleTargetRef")
        kind, name = body.text(autoscaler.body, *at, "kind"), body.text(autoscaler.body, *at, "name")
        other = first.setdefault((autoscaler.id.namespace, kind, name), autoscaler)
        if other.id.name != autoscaler.id.name and name:
            related = (Elsewhere(f"{other.id} scales it", at, other),)
            message = f"{show(kind)} {show(name)} is scaled by {other.id} already"
            yield Breach(message, at, autoscaler, related=related)


RULE = ManifestRule(CODE, find)

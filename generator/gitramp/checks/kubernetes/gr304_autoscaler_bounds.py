"""GR304: an autoscaler's minimum is not above its maximum."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR304",
    "an autoscaler with more pods at least than at most",
    "The API server refuses a HorizontalPodAutoscaler whose maxReplicas is below its minReplicas.",
    "raise maxReplicas or lower minReplicas",
    source="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each HorizontalPodAutoscaler with minReplicas above maxReplicas."""
    for manifest in manifests.of_kind("HorizontalPodAutoscaler"):
        low = body.number(manifest.body, "spec", "minReplicas")
        high = body.number(manifest.body, "spec", "maxReplicas")
        if low is not None and high is not None and low > high:
            yield Breach(f"minReplicas {low} is above maxReplicas {high}", ("spec", "minReplicas"), manifest)


RULE = ManifestRule(CODE, find)

"""GR340: the number of pods is chosen by the object or by its autoscaler, not by both."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.workloads import Workloads
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR340",
    "replicas beside an autoscaler",
    "Each apply sets the number of pods back, and the autoscaler raises it again: pods are stopped under load.",
    "remove replicas; the autoscaler starts from what runs, and minReplicas is the least",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield the replicas of each workload that an autoscaler scales."""
    workloads = Workloads.of(manifests)
    for autoscaler in manifests.of_kind("HorizontalPodAutoscaler"):
        pod = workloads.target(autoscaler)
        said = None if pod is None else body.number(pod.manifest.body, "spec", "replicas")
        if pod is not None and said:  # 0 turns the autoscaler off, and is meant
            message = f"replicas {said} is said, and HorizontalPodAutoscaler {show(autoscaler.id.name)} chooses it too"
            yield Breach(message, ("spec", "replicas"), pod.manifest)


RULE = ManifestRule(CODE, find)

"""GR359: what an autoscaler scales is there."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR359",
    "an autoscaler of nothing",
    "It reports FailedGetScale and never acts, unless the workload comes from somewhere else.",
    "name a workload that is there, in the namespace of the autoscaler",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/",
)
_KNOWN = ("Deployment", "StatefulSet", "ReplicaSet")


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each target that is not there, in a namespace of which workloads of its kind are."""
    there = {(m.id.namespace, kind, m.id.name) for kind in _KNOWN for m in manifests.of_kind(kind)}
    populated = {(namespace, kind) for namespace, kind, _ in there}
    for autoscaler in manifests.of_kind("HorizontalPodAutoscaler"):
        at = ("spec", "scaleTargetRef")
        kind, name = body.text(autoscaler.body, *at, "kind"), body.text(autoscaler.body, *at, "name")
        namespace = autoscaler.id.namespace
        if (namespace, kind) in populated and name and (namespace, kind, name) not in there:
            message = f"there is no {kind} {show(name)} in namespace {show(namespace)}"
            yield Breach(message, (*at, "name"), autoscaler)


RULE = ManifestRule(CODE, find)

"""GR166: no workload runs fewer pods than the policy demands."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.demands import demand
from gitramp.checks.pods import pods
from gitramp.checks.rule import Breach, PolicyRule
from gitramp.checks.workloads import Workloads
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR166",
    "fewer pods than the policy demands",
    "With one pod, every node that is drained and every pod that restarts is an outage.",
    "raise `replicas`, or `autoscaling.minReplicas` where an autoscaler decides",
    source="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",
)
_KINDS = frozenset({"Deployment", "StatefulSet"})


def find(environment: Environment, manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each Deployment and StatefulSet whose fewest pods are too few."""
    demanded = environment.policy.min_replicas
    if demanded == 0:
        return
    workloads = Workloads.of(manifests)
    for pod in pods(manifests):
        if pod.manifest.id.gvk.kind not in _KINDS:
            continue
        fewest = workloads.fewest(pod)
        if fewest is not None and fewest < demanded:
            scaler = workloads.autoscaler(pod)
            message = f"{pod.manifest.id.name} runs {fewest} of the {demanded} pods that the policy demands at least"
            at = ("spec", "minReplicas") if scaler else ("spec", "replicas")
            said = demand("minReplicas")
            yield Breach(message, at, scaler or pod.manifest, related=said)


RULE = PolicyRule(CODE, find)

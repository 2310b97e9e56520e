"""GR335: a selector chooses the pods that it is for."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import selectors
from gitramp.checks.pods import Pod, pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.workloads import Workloads
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR335",
    "a selector without its pods",
    "The API server refuses a workload whose selector does not fit its own pods, and a Service that chooses none "
    "answers 503.",
    "let the labels of the pods and the selector be the same again; look at `patches`",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
)
_SELECTING = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each workload whose selector does not choose its pods, and each Service of a track that chooses none."""
    for pod in pods(manifests):
        if pod.manifest.id.gvk.kind in _SELECTING and not _fits(pod):
            yield Breach("the selector does not choose the workload's own pods", ("spec", "selector"), pod.manifest)
    workloads = Workloads.of(manifests)
    for service in manifests.of_kind("Service"):
        selector = body.mapping(service.body, "spec", "selector")
        if service.service and selector and not any(workloads.served(service.id.namespace, selector)):
            yield Breach("the selector chooses no pods", ("spec", "selector"), service)


def _fits(pod: Pod) -> bool:
    selector = body.field(pod.manifest.body, "spec", "selector")
    return not isinstance(selector, dict) or selectors.label_selector(selector, pod.labels)


RULE = ManifestRule(CODE, find)

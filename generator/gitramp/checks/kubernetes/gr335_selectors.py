"""GR335: a selector chooses the pods that it is for."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import selectors
from gitramp.checks.pods import Pod, pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.workloads import Workloads
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR335",
    "a selector without its pods",
    "The API server refuses a workload whose selector does not fit its own pods, and a Service that chooses none "
    "answers 503.",
    "let the labels of the pods and the selector be the same again",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
)
_OWN = "let the labels of the pods and the selector be the same again; look at `patches`"
_SELECTING = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each workload whose selector does not choose its pods, and each Service of a track that chooses none."""
    keepers: dict[Pointer, Pod] = {}
    for pod in pods(manifests):
        keepers[pod.manifest.owner] = pod
        if pod.manifest.id.gvk.kind in _SELECTING and (fault := _fault(pod)):
            remedy = _OWN if pod.manifest.service else ""
            yield Breach(f"the selector {fault}", ("spec", "selector"), pod.manifest, remedy)
    workloads = Workloads.of(manifests)
    for service in manifests.of_kind("Service"):
        selector = body.mapping(service.body, "spec", "selector")
        if service.service and selector and not any(workloads.served(service.id.namespace, selector)):
            keeper = keepers.get(service.owner)
            if keeper is None or service.changed_by:
                yield Breach("the selector chooses no pods", ("spec", "selector"), service, _OWN)
            else:  # what is rendered fits, so it is the pods that were changed
                message = f"{service.id} does not choose these pods any more"
                yield Breach(message, (*keeper.at, "metadata", "labels"), keeper.manifest, _OWN)


def _fault(pod: Pod) -> str:
    selector = body.field(pod.manifest.body, "spec", "selector")
    if isinstance(selector, dict) and not any(selector.values()):
        return "is empty"
    fits = not isinstance(selector, dict) or selectors.label_selector(selector, pod.labels)
    return "" if fits else "does not choose the workload's own pods"


RULE = ManifestRule(CODE, find)

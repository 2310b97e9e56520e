"""GR312: an autoscaler that steers by a share of a request finds the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.pods import Container, Pod
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.workloads import Workloads
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR312",
    "an autoscaler on a resource that its pods do not ask for",
    "Use is measured in percent of the request: without one the autoscaler has no measure and never acts.",
    "say the request in resources.requests",
    source="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each metric of an autoscaler whose containers are not there or have no request for it."""
    workloads = Workloads.of(manifests)
    for manifest in manifests.of_kind("HorizontalPodAutoscaler"):
        pod = workloads.target(manifest)
        if pod is None:
            continue
        for at, metric in body.items(manifest.body, "spec", "metrics"):
            for fault, step in _faults(metric, pod):
                yield Breach(fault, (*at, *step), manifest)


def _faults(metric: Any, pod: Pod) -> Iterator[tuple[str, Pointer]]:
    kind = body.text(metric, "type")
    source = {"Resource": "resource", "ContainerResource": "containerResource"}.get(kind)
    if source is None:
        return
    chosen, wanted = list(pod.lasting_containers()), body.text(metric, source, "container")
    if kind == "ContainerResource":
        chosen = [container for container in chosen if container.name == wanted]
        if wanted and not chosen:
            yield f"the pods have no container {show(wanted)}", (source, "container")
    if body.field(metric, source, "target", "averageUtilization") is None:
        return
    resource = body.text(metric, source, "name")
    for container in chosen:
        if not _asks(container, pod, resource, whole=kind == "Resource"):
            message = f"autoscaling on {show(resource)}, but container {show(container.name)} asks for none"
            yield message, (source, "target", "averageUtilization")


def _asks(container: Container, pod: Pod, resource: str, *, whole: bool) -> bool:
    # A limit without a request is the request too, and a pod's own amounts stand for its containers'.
    holders = [container.body, pod.spec] if whole else [container.body]
    amounts = [body.mapping(h, "resources", kind) for h in holders for kind in ("requests", "limits")]
    return any(resource in listed for listed in amounts)


RULE = ManifestRule(CODE, find)

"""GR277: who gets requests has pods."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.destinations import Destination, all_destinations
from gitramp.checks.pods import Pod
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import pods_at
from gitramp.checks.workloads import Workloads
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR277",
    "a route to a workload of 0 replicas",
    "There is nobody to answer: requests on the route are answered 503.",
    "give it replicas first, then the traffic",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#replicas",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination that gets requests and all of whose pods are scaled to 0, by nobody else."""
    scaled = {manifest.id.namespace for manifest in manifests.of_kind("ScaledObject")}
    for each in all_destinations(manifests):
        pods = pods_at(manifests, each) if _is_used(each) else ()
        if pods and pods[0].manifest.id.namespace not in scaled and all(_is_off(manifests, pod) for pod in pods):
            keeper = pods[0].manifest
            related = (Elsewhere("its replicas", ("spec", "replicas"), keeper),)
            message = f"{show(each.host)} gets requests, and {keeper.id} has 0 replicas"
            yield Breach(message, each.host_at, each.manifest, related=related)


def _is_used(each: Destination) -> bool:
    return each.is_copy or each.weight is None or each.weight > 0


def _is_off(manifests: ManifestSet, pod: Pod) -> bool:
    return Workloads.of(manifests).most(pod) == 0


RULE = ManifestRule(CODE, find)

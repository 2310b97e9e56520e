"""GR275: who gets a share of the requests has pods to carry it."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from gitramp.checks.destinations import Destination, splits
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import pods_at
from gitramp.checks.workloads import Workloads
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR275",
    "more traffic than the pods can carry",
    "The largest version of a split was sized for all requests. With fewer pods than half of what its share asks for, "
    "each pod would take more than twice the load of those: the canary fails for want of pods, not for its code.",
    "give it more replicas, or a higher maxReplicas, before it gets the weight; or lower the weight",
    Severity.WARNING,
    source="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
)
_Sized = tuple[Destination, int]


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination whose pods, at most, are less than half of what its weight asks for."""
    for split in splits(manifests):
        sized = [(each, number) for each in split if (number := _most(manifests, each))]
        total, largest = sum(each.weight or 0 for each in split), max((number for _, number in sized), default=0)
        for each, number in sized:
            needed = (each.weight or 0) * largest / total
            if number < ceil(needed / 2):
                yield _breach(manifests, each, number, (round(100 * (each.weight or 0) / total), largest, ceil(needed)))


def _most(manifests: ManifestSet, each: Destination) -> int | None:
    numbers = [Workloads.of(manifests).most(pod) for pod in pods_at(manifests, each)]
    return sum(n for n in numbers if n is not None) if numbers and None not in numbers else None


def _breach(manifests: ManifestSet, each: Destination, number: int, load: tuple[int, int, int]) -> Breach:
    share, largest, needed = load
    pods = "1 pod" if number == 1 else f"{number} pods"
    message = f"{show(each.host)} gets {share} % of the traffic with {pods} at most, where {largest} carry all of it"
    keeper = pods_at(manifests, each)[0].manifest
    related = (Elsewhere(f"let it have {needed}", ("spec", "replicas"), keeper),)
    remedy = f"let {keeper.id} have {needed} pods, or lower the weight"
    return Breach(message, each.weight_at, each.manifest, remedy, related)


RULE = ManifestRule(CODE, find)

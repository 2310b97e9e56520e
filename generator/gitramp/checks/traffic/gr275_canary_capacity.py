"""GR275: who gets a share of the requests has pods to carry it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from gitramp import body
from gitramp.checks.destinations import Destination, all_destinations, splits
from gitramp.checks.index import index
from gitramp.checks.pods import Pod
from gitramp.checks.registry import is_own
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import pods_at
from gitramp.checks.workloads import Workloads
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR275",
    "more traffic than the pods can carry",
    "The largest version of a service was sized for all requests. With fewer pods than half of what its share asks "
    "for, each pod would take more than twice the load of those: the version fails for want of pods, not for its code.",
    "give it more replicas, or a higher maxReplicas, before it gets the weight",
    Severity.WARNING,
    source="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
)
_NAME, _VERSION = "app.kubernetes.io/name", "version"
_OF_EVERYBODY = {"uri", "path", "name", "port", "gateways", "authority", "scheme"}
"""What a match may ask for without choosing among the callers of a service."""


@dataclass(frozen=True, slots=True)
class _Sized:
    """Pods of one version, and how many there are at most."""

    pods: tuple[Pod, ...]
    number: int

    @property
    def version(self) -> str:
        """What its pods say that they are, the workload where they say nothing."""
        return body.text(self.pods[0].labels, _VERSION) or str(self.pods[0].manifest.id)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination whose pods, at most, are less than half of what its weight asks for."""
    for split in splits(manifests):
        sized = [(each, found) for each in split if (found := _sized(manifests, pods_at(manifests, each)))]
        total = sum(each.weight or 0 for each in split)
        for each, own in sized:
            largest = max((found for _, found in sized), key=lambda found: found.number)
            yield from _short(each, own, largest, (each.weight or 0) / total)
    for each in _alone(manifests):
        if (one := _sized(manifests, pods_at(manifests, each))) and (
            other := _sized(manifests, _other(manifests, one))
        ):
            yield from _short(each, one, other, 1)


def _sized(manifests: ManifestSet, pods: tuple[Pod, ...]) -> _Sized | None:
    numbers = [Workloads.of(manifests).most(pod) for pod in pods]
    number = sum(n for n in numbers if n is not None)
    return _Sized(pods, number) if number and None not in numbers else None


def _alone(manifests: ManifestSet) -> Iterator[Destination]:
    """Yield each destination that gets all requests of its rule, whoever calls."""
    rules: dict[tuple[int, Pointer], list[Destination]] = {}
    for each in all_destinations(manifests):
        if not each.is_copy:
            rules.setdefault((id(each.manifest), each.rule), []).append(each)
    for of in rules.values():
        live = [each for each in of if each.weight or len(of) == 1]
        matches = (m for step in ("match", "matches") for _, m in body.items(of[0].manifest.body, *of[0].rule, step))
        asked = {name for match in matches for name in body.mapping(match)}
        if len(live) == 1 and not any(each.is_unreadable for each in of) and asked <= _OF_EVERYBODY:
            yield live[0]


def _other(manifests: ManifestSet, own: _Sized) -> tuple[Pod, ...]:
    """Return the pods of the only other version of a service, none where that has requests of its own."""
    labels = own.pods[0].labels
    name, version = body.text(labels, _NAME), body.text(labels, _VERSION)
    if not name or not version:
        return ()
    related = tuple(Workloads.of(manifests).anywhere({_NAME: name}))
    others = tuple(pod for pod in related if body.text(pod.labels, _VERSION) not in {"", version})
    alone = len({body.text(pod.labels, _VERSION) for pod in others}) == 1
    asked = any(id(pod.manifest) in _reached(manifests) for pod in others)
    return others if alone and not asked and all(_belongs(pod, own.pods[0]) for pod in others) else ()


def _belongs(pod: Pod, other: Pod) -> bool:
    """Whether two workloads of one name are versions of one service, and not two that happen to be called the same."""
    one, two = pod.manifest, other.manifest
    return one.service == two.service and (one.id.namespace == two.id.namespace or (is_own(one) and is_own(two)))


@index
def _reached(manifests: ManifestSet) -> frozenset[int]:
    """Return the workloads that get requests by some rule."""
    live = (each for each in all_destinations(manifests) if each.weight != 0 and not each.is_copy)
    return frozenset(id(pod.manifest) for each in live for pod in pods_at(manifests, each))


def _short(each: Destination, own: _Sized, largest: _Sized, share: float) -> Iterator[Breach]:
    needed = share * largest.number
    if own.number >= ceil(needed / 2):
        return
    pods = "1 pod" if own.number == 1 else f"{own.number} pods"
    message = (
        f"{show(each.host)} gets {round(100 * share)} % of the traffic with {pods} at most, "
        f"where {show(largest.version)} has {largest.number}"
    )
    keeper = own.pods[0].manifest
    remedy = f"let {keeper.id} have {ceil(needed)} pods"
    if share > 1 / 2:  # it carries the service: who else should?
        related = (Elsewhere("gets the traffic here", each.weight_at if each.weight else each.at, each.manifest),)
        yield Breach(message, _replicas(own.pods[0]), keeper, remedy, related)
    else:
        related = (Elsewhere(f"let it have {ceil(needed)}", _replicas(own.pods[0]), keeper),)
        yield Breach(message, each.weight_at, each.manifest, f"{remedy}, or lower the weight", related)


def _replicas(pod: Pod) -> Pointer:
    said = body.number(pod.manifest.body, "spec", "replicas")
    return ("spec",) if said is None else ("spec", "replicas")


RULE = ManifestRule(CODE, find)

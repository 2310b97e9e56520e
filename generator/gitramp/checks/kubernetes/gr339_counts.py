"""GR339: the counts and times of a workload are ones that can be."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.forms import Fault, breaches, whole, word
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR339",
    "a count or time of a workload that cannot be",
    "The API server refuses numbers below 0, and a rollout that would be called failed before its first pod counts as "
    "ready.",
    "write numbers from 0 on, and a progressDeadlineSeconds above minReadySeconds",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds",
)
_COUNTS = (("replicas",), ("minReadySeconds",), ("revisionHistoryLimit",), ("ordinals", "start"))
_RETENTION = ("Retain", "Delete")
_DEADLINE = 600  # the API server's own default


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each count below 0, and a deadline that is over before a pod can be ready."""
    return breaches(manifest, _faults(manifest))


def _faults(manifest: Manifest) -> Iterator[Fault]:
    for step in _COUNTS:
        yield from whole(manifest.body, ("spec", *step))
    if manifest.id.gvk.kind == "StatefulSet":
        yield from word(manifest.body, ("spec", "podManagementPolicy"), ("OrderedReady", "Parallel"))
        for when in ("whenDeleted", "whenScaled"):
            yield from word(manifest.body, ("spec", "persistentVolumeClaimRetentionPolicy", when), _RETENTION)
    if manifest.id.gvk.kind == "Deployment":
        at = ("spec", "progressDeadlineSeconds")
        said = body.number(manifest.body, *at)
        ready, most = body.number(manifest.body, "spec", "minReadySeconds") or 0, _DEADLINE if said is None else said
        if most <= ready:
            where = at if said is not None else ("spec", "minReadySeconds")
            yield Fault(f"progressDeadlineSeconds {most} is not above minReadySeconds {ready}", where)


_KINDS = {"apps/Deployment", "apps/ReplicaSet", "apps/StatefulSet", "apps/DaemonSet", "/ReplicationController"}
RULE = ObjectRule(CODE, frozenset(_KINDS), find)

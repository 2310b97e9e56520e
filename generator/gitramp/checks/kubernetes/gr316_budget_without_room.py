"""GR316: a disruption budget lets a pod go."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.workloads import Workloads
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest, ManifestSet

CODE = Code(
    "GR316",
    "a disruption budget that never lets a pod go",
    "A drain waits for it for ever: nodes can be neither emptied nor upgraded.",
    "say maxUnavailable: 1, or run more pods than minAvailable",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
)


_PERCENT = re.compile("[0-9]{1,3}%")
_UNCOUNTED = 10**9  # more pods than any number asks for: of a DaemonSet only a share can be too much


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each PodDisruptionBudget that leaves its workloads no pod to spare while they run their fewest."""
    workloads = Workloads.of(manifests)
    for manifest in manifests.of_kind("PodDisruptionBudget"):
        selector = body.field(manifest.body, "spec", "selector")
        counts = [workloads.fewest(pod) for pod in workloads.selected(manifest.id.namespace, selector)]
        fewest = sum(_UNCOUNTED if count is None else count for count in counts)
        if fewest > 0:
            yield from _without_room(manifest, fewest)


def _without_room(manifest: Manifest, fewest: int) -> Iterator[Breach]:
    most, least = (body.field(manifest.body, "spec", bound) for bound in ("maxUnavailable", "minAvailable"))
    if _pods(most, fewest) == 0:
        yield Breach(f"maxUnavailable {body.shown(most)} lets no pod go", ("spec", "maxUnavailable"), manifest)
    kept = _pods(least, fewest)
    if kept is not None and kept >= fewest:
        counted = f"; the fewest pods are {fewest}" if fewest < _UNCOUNTED else ""
        yield Breach(f"minAvailable {body.shown(least)} lets no pod go{counted}", ("spec", "minAvailable"), manifest)


def _pods(bound: Any, total: int) -> int | None:
    """Return how many of `total` pods a bound means; the disruption controller rounds percentages up."""
    if isinstance(bound, str):
        return math.ceil(Fraction(total * int(bound[:-1]), 100)) if _PERCENT.fullmatch(bound) else None
    return body.number(bound)


RULE = ManifestRule(CODE, find)

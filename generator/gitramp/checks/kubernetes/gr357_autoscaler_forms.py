"""GR357: an autoscaler measures what it says, and scales by rules that there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.forms import Fault, breaches, chosen, whole, word
from gitramp.checks.quantity import read_quantity
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR357",
    "an autoscaler that the API server refuses",
    "A metric has the one source that its type names, with a target above 0; a rule of `behavior` has at least one "
    "policy.",
    "say the source that fits `type`, one target of it, and policies with a value and a period of 1 to 1800 seconds",
    source="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/",
)
_SOURCES = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
_TARGETS = ("averageUtilization", "averageValue", "value")
_OF_TARGET = {"Utilization": "averageUtilization", "AverageValue": "averageValue", "Value": "value"}
_ALLOWED = {
    "resource": {"averageUtilization", "averageValue"},
    "containerResource": {"averageUtilization", "averageValue"},
    "pods": {"averageValue"},
    "object": {"averageValue", "value"},
    "external": {"averageValue", "value"},
}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what is wrong with the bounds, metrics and behaviour of an autoscaler."""
    if manifest.id.gvk.version == "v2":
        for faults in (_bounds(manifest), _metrics(manifest), _behaviour(manifest)):
            yield from breaches(manifest, faults)


def _bounds(manifest: Manifest) -> Iterator[Fault]:
    tree = manifest.body
    yield from whole(tree, ("spec", "maxReplicas"), 1)
    yield from whole(tree, ("spec", "minReplicas"))
    kinds = {body.text(metric, "type") for _, metric in body.items(tree, "spec", "metrics")}
    if body.number(tree, "spec", "minReplicas") == 0 and not kinds & {"Object", "External"}:
        yield Fault("minReplicas 0 needs a metric of type Object or External", ("spec", "minReplicas"))
    for key in ("kind", "name"):
        if not body.text(tree, "spec", "scaleTargetRef", key):
            yield Fault(f"scaleTargetRef has no {key}", ("spec", "scaleTargetRef"))


def _metrics(manifest: Manifest) -> Iterator[Fault]:
    for at, metric in body.items(manifest.body, "spec", "metrics"):
        kind = body.text(metric, "type")
        said, wanted = chosen(metric, (), _SOURCES.values()), _SOURCES.get(kind)
        if wanted is None:
            yield Fault(f"type {show(kind)} is none of {', '.join(_SOURCES)}", (*at, "type"))
        elif said != [wanted]:
            yield Fault(f"the type is {kind} and the metric says {' and '.join(said) or 'no source'}", at)
        else:
            yield from _of_target(metric, wanted, at)


def _of_target(metric: Any, source: str, at: Pointer) -> Iterator[Fault]:
    target = (source, "target")
    said = chosen(metric, target, _TARGETS)
    for key in said:
        written = body.field(metric, *target, key)
        amount = read_quantity(written)
        if amount is not None and amount <= 0:
            yield Fault(f"{key} {body.shown(written)} is not above 0", (*at, *target, key))
    if not set(said) & _ALLOWED[source]:
        wanted = " or ".join(sorted(_ALLOWED[source]))
        yield Fault(f"the target has no {wanted}", (*at, *target))
    elif len(said) > 1 and source != "object":
        yield Fault(f"the target says {' and '.join(said)}", (*at, *target))
    yield from (Fault(fault, (*at, *step)) for fault, step in word(metric, (*target, "type"), _OF_TARGET))


def _behaviour(manifest: Manifest) -> Iterator[Fault]:
    tree = manifest.body
    for way in ("scaleUp", "scaleDown"):
        at = ("spec", "behavior", way)
        if not isinstance(body.field(tree, *at), dict):
            continue
        yield from whole(tree, (*at, "stabilizationWindowSeconds"), 0, 3600)
        yield from word(tree, (*at, "selectPolicy"), ("Max", "Min", "Disabled"))
        if body.field(tree, *at, "policies") == []:
            yield Fault(f"{way} has no policies", (*at, "policies"))
        for step, _ in body.items(tree, *at, "policies"):
            yield from word(tree, (*step, "type"), ("Pods", "Percent"))
            yield from whole(tree, (*step, "value"), 1)
            yield from whole(tree, (*step, "periodSeconds"), 1, 1800)


RULE = ObjectRule(CODE, frozenset({"autoscaling/HorizontalPodAutoscaler"}), find)

"""GR376: a label selector asks what it can ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import names
from gitramp.checks.forms import Fault, breaches
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR376",
    "a label selector that the API server refuses",
    "In and NotIn compare with values, Exists and DoesNotExist have none, and keys and values have the form of labels.",
    "say operator, key and, for In and NotIn, values",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements",
)
_KINDS = (
    *("apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet", "batch/Job", "batch/CronJob", "/Pod"),
    *("policy/PodDisruptionBudget", "networking.k8s.io/NetworkPolicy", "/PersistentVolumeClaim"),
)
_OPERATORS = {"In": True, "NotIn": True, "Exists": False, "DoesNotExist": False}
_OF_NODES = {"matchExpressions", "matchFields"}
_SELECTORS = {"selector", "labelSelector", "podSelector", "namespaceSelector", "nodeSelectorTerms", "preference"}
_WITHOUT = {"containers", "initContainers", "ports", "securityContext", "metadata", "status", "strategy"}
# Labels of a selector that GR302 looks at.
_TOLD_ELSEWHERE = ("spec", "selector")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each expression of a selector that cannot be asked, and each malformed label in it."""
    for at, selector, of_nodes in _selectors(manifest.body, ()):
        yield from breaches(manifest, _faults(selector, at, of_nodes=of_nodes))


def _selectors(tree: Any, at: Pointer) -> Iterator[tuple[Pointer, Any, bool]]:
    """Yield each selector with its place, and whether it is one of nodes."""
    if isinstance(tree, dict):
        if at and (_OF_NODES & tree.keys() or "matchLabels" in tree) and _within(at):
            yield at, tree, "nodeSelectorTerms" in at or at[-1] == "preference"
        for key, value in tree.items():
            if isinstance(value, (dict, list)) and isinstance(key, str) and key not in _WITHOUT:
                yield from _selectors(value, (*at, key))
    elif isinstance(tree, list):
        for position, value in enumerate(tree):
            yield from _selectors(value, (*at, position))


def _within(at: Pointer) -> bool:
    names_only = [step for step in at if isinstance(step, str)]
    return bool(names_only) and names_only[-1] in _SELECTORS


def _faults(selector: Any, at: Pointer, *, of_nodes: bool) -> Iterator[Fault]:
    for key, value in body.mapping(selector, "matchLabels").items() if at != _TOLD_ELSEWHERE else ():
        fault = names.label_key(key) or (names.label_value(value) if isinstance(value, str) else "")
        if fault:
            yield Fault(f"label {show(key)}: {body.shown(value)} {fault}", (*at, "matchLabels", key))
    for step, expression in body.items(selector, "matchExpressions"):
        yield from _of_expression(expression, (*at, *step), of_nodes=of_nodes)


def _of_expression(expression: Any, at: Pointer, *, of_nodes: bool) -> Iterator[Fault]:
    operator, key = body.text(expression, "operator"), body.text(expression, "key")
    values = [value for _, value in body.items(expression, "values")]
    compares = True if of_nodes and operator in {"Gt", "Lt"} else _OPERATORS.get(operator)
    if fault := names.label_key(key):
        yield Fault(f"key {show(key)} {fault}", (*at, "key"))
    if compares is None:
        yield Fault(f"operator {show(operator)} is none of {', '.join(_OPERATORS)}", (*at, "operator"))
    elif compares and not values:
        yield Fault(f"{operator} has no values", at)
    elif values and not compares:
        yield Fault(f"{operator} has values", (*at, "values"))
    elif operator in {"Gt", "Lt"} and len(values) != 1:
        yield Fault(f"{operator} has {len(values)} values, not 1", (*at, "values"))
    for position, value in enumerate(values):
        if isinstance(value, str) and (fault := names.label_value(value)):
            yield Fault(f"value {show(value)} {fault}", (*at, "values", position))


RULE = ObjectRule(CODE, frozenset(_KINDS), find)

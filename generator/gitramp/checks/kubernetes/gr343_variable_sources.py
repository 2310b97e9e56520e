"""GR343: a variable has a value, or one source of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import names
from gitramp.checks.forms import Fault, breaches, chosen
from gitramp.checks.pods import KINDS, Container, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR343",
    "a variable without one source",
    "The API server refuses a variable with a value and a source, with two sources, or with a field that pods do not "
    "offer.",
    "say `value`, or exactly one way in `valueFrom`",
    source="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables",
)
_WAYS = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_FIELDS = frozenset(
    {
        *(f"metadata.{name}" for name in ("name", "namespace", "uid")),
        *(f"spec.{name}" for name in ("nodeName", "serviceAccountName")),
        *(f"status.{name}" for name in ("hostIP", "hostIPs", "podIP", "podIPs")),
    }
)
_OLD_FIELDS = {"spec.host"}
_MAPS = re.compile(r"metadata\.(labels|annotations)\['[^']+'\]")
_RESOURCES = re.compile(r"(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each variable, and each source of many, that does not say one way."""
    for container in pod_of(manifest).containers():
        yield from breaches(manifest, _faults(container))


def _faults(container: Container) -> Iterator[Fault]:
    for step, variable in body.items(container.body, "env"):
        if body.field(variable, "valueFrom") is not None:
            yield from _of_variable(variable, container.manifest.body, (*container.pointer, *step, "valueFrom"))
    for step, _ in body.items(container.body, "envFrom"):
        at = (*container.pointer, *step)
        said = chosen(container.manifest.body, at, ("configMapRef", "secretRef"))
        if len(said) != 1:
            yield Fault(f"envFrom says {' and '.join(said) or 'neither configMapRef nor secretRef'}", at)
        for way in said:
            if not body.text(container.manifest.body, *at, way, "name"):
                yield Fault(f"{way} names nothing", (*at, way))


def _of_variable(variable: Any, tree: Any, at: Pointer) -> Iterator[Fault]:
    name, said = show(body.text(variable, "name")), chosen(tree, at, _WAYS)
    if not said:
        yield Fault(f"variable {name} has an empty valueFrom", at)
    elif body.field(variable, "value"):
        yield Fault(f"variable {name} says value and {said[0]}", at)
    elif len(said) > 1:
        yield Fault(f"variable {name} says {' and '.join(said)}", at)
    else:
        yield from _of_source(name, said[0], tree, (*at, said[0]))


def _of_source(name: str, way: str, tree: Any, at: Pointer) -> Iterator[Fault]:
    key = {"fieldRef": "fieldPath", "resourceFieldRef": "resource", "fileKeyRef": "key"}.get(way, "key")
    said = body.text(tree, *at, key)
    if not said:
        yield Fault(f"variable {name}: {way} has no {key}", at)
    elif way == "fieldRef" and not (said in _FIELDS | _OLD_FIELDS or _MAPS.fullmatch(said)):
        yield Fault(f"variable {name}: pods offer no field {show(said)}", (*at, key))
    elif way == "resourceFieldRef" and not _RESOURCES.fullmatch(said):
        yield Fault(f"variable {name}: {show(said)} is no resource of a container", (*at, key))
    elif way.endswith("KeyRef") and way != "fileKeyRef":
        if fault := names.file_key(said):
            yield Fault(f"variable {name}: key {show(said)} {fault}", (*at, key))
        if not body.text(tree, *at, "name"):
            yield Fault(f"variable {name}: {way} names nothing", at)


RULE = ObjectRule(CODE, KINDS, find)

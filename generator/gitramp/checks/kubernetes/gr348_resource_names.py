"""GR348: a container asks for resources that there are, in amounts that they come in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gitramp import body
from gitramp.checks import names
from gitramp.checks.forms import Fault, breaches
from gitramp.checks.pods import KINDS, Pod, pod_of
from gitramp.checks.quantity import read_quantity
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR348",
    "a resource that containers cannot ask for",
    "Kubernetes knows cpu, memory, ephemeral-storage and hugepages-<size>, and resources with a domain before a slash; "
    "of the latter and of huge pages a container gets exactly what it asks for, in whole pieces.",
    "name a resource that there is, and say the same amount as request and limit of what is not shared",
    source="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources",
)
_SHARED = {"cpu", "memory", "ephemeral-storage"}
_HUGE = "hugepages-"
_NATIVE = re.compile(r"([^/]*\.)?kubernetes\.io/.*")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each resource with an unknown name, or an amount in which it does not come."""
    pod = pod_of(manifest)
    for at in _places(pod):
        yield from breaches(manifest, _faults(manifest.body, at))


def _places(pod: Pod) -> Iterator[Pointer]:
    for container in pod.containers():
        if body.field(container.body, "resources") is not None:
            yield (*container.pointer, "resources")


def _faults(tree: Any, at: Pointer) -> Iterator[Fault]:
    said = {kind: body.mapping(tree, *at, kind) for kind in ("limits", "requests")}
    for kind, amounts in said.items():
        for name, written in amounts.items():
            if fault := _name_fault(name):
                yield Fault(f"{kind} {show(name)} {fault}", (*at, kind, name))
            elif fault := _amount_fault(name, written):
                yield Fault(f"{kind} {name} {body.shown(written)} {fault}", (*at, kind, name))
    yield from _unequal(said, at)
    asked = {*said["limits"], *said["requests"]}
    if any(name.startswith(_HUGE) for name in asked) and not asked & {"cpu", "memory"}:
        yield Fault("huge pages come only beside cpu or memory", at)


def _name_fault(name: str) -> str:
    if "/" not in name:
        known = name in _SHARED or name.startswith(_HUGE)
        return "" if known else f"is no resource of containers; known are {', '.join(sorted(_SHARED))}"
    return names.label_key(name)


def _amount_fault(name: str, written: Any) -> str:
    amount = read_quantity(written)
    if amount is None or amount < 0:
        return ""  # GR306 tells of it
    if name.startswith(_HUGE):
        size = read_quantity(name.removeprefix(_HUGE))
        return "is no multiple of the page's size" if not size or (amount / size).denominator != 1 else ""
    return "is no whole number" if "/" in name and not _NATIVE.fullmatch(name) and amount.denominator != 1 else ""


def _unequal(said: Mapping[str, Mapping[str, Any]], at: Pointer) -> Iterator[Fault]:
    for name, written in said["requests"].items():
        if name in _SHARED or _name_fault(name):
            continue
        asked, limit = read_quantity(written), read_quantity(said["limits"].get(name))
        where = (*at, "requests", name)
        if name not in said["limits"]:
            yield Fault(f"requests {name} has no limit; it needs the same one", where)
        elif asked is not None and limit is not None and asked < limit:
            limited = body.shown(said["limits"][name])
            yield Fault(f"requests {name} {body.shown(written)} is not its limit {limited}", where)


RULE = ObjectRule(CODE, KINDS, find)

"""What becomes of pods and objects: which start, stop or restart and why, which appear or go, what cannot be changed.

Owns what a pod template's difference means. Must not know who gets requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gitramp import body, traffic
from gitramp.changes.fields import Field, differing
from gitramp.changes.state import Compared
from gitramp.ordering.trees import Change
from gitramp.pointer import Pointer
from gitramp.resource import Manifest
from gitramp.steps.gr522_immutable_fields import find
from gitramp.steps.step import Step

_KEPT = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
_TEMPLATES = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys((*_KEPT, "Job"), ("spec", "template")),
}
_CHECKSUM = "gitramp/config-checksum"
_BY_NAME = {"env": "env", "envFrom": "env", "volumes": "volume", "volumeMounts": "volume", "ports": "port"}
_VALUED = frozenset({"resources"})


@dataclass(frozen=True, slots=True)
class PodChange:
    """What happens to the pods of an object: `effect` is "start", "stop", "restart", "scale" or "run"."""

    object: str
    service: str
    track: str
    effect: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rollout:
    """What a cluster does with a change; objects by kind, namespace and name, and what it refuses, in sentences."""

    pods: tuple[PodChange, ...] = ()
    appear: tuple[str, ...] = ()
    go: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def rollout(compared: Compared) -> Rollout:
    """Say what a cluster does with a change."""
    found = tuple(compared.trees.changes.values())
    return Rollout(
        tuple(each for change in found for each in _pods(change)),
        tuple(str(c.after.id) for c in found if c.before is None and c.after is not None),
        tuple(str(c.before.id) for c in found if c.after is None and c.before is not None),
        tuple(str(c.after.id) for c in found if c.before is not None and c.after is not None),
        tuple(_refused(compared)),
    )


def _refused(compared: Compared) -> Iterator[str]:
    before, after = compared.before, compared.after
    if before is not None and after is not None:
        step = Step(after.environment, after.manifests, before.environment, before.manifests)
        yield from (breach.message for breach in find(step))


def _pods(change: Change) -> Iterator[PodChange]:
    template = _TEMPLATES.get(change.key.kind)
    some = change.after or change.before
    if template is None or some is None:
        return
    track = body.text(some.body, *template, "metadata", "labels", "version")
    once = change.key.kind not in _KEPT
    named = (str(some.id), some.service, track)
    if change.before is None or change.after is None:
        effect = "stop" if change.after is None else "run" if once else "start"
        yield PodChange(*named, effect)
        return
    why = _why(change.before, change.after, template)
    if why:
        yield PodChange(*named, "run" if once else "restart", why)
    replicas = [body.number(each.body, "spec", "replicas") for each in (change.before, change.after)]
    if not once and replicas[0] != replicas[1]:
        yield PodChange(*named, "scale", (" -> ".join("autoscaled" if n is None else str(n) for n in replicas),))


def _why(before: Manifest, after: Manifest, template: Pointer) -> tuple[str, ...]:
    """Return why pods are made anew; labels that follow an image are named where there is nothing else."""
    found = differing(body.field(before.body, *template), body.field(after.body, *template))
    reasons = tuple(dict.fromkeys(map(_reason, found)))
    return tuple(reason for reason in reasons if not reason.startswith("labels.")) or reasons


def _reason(found: Field) -> str:
    """Name a field of a pod template as people do; values are shown of images and resources alone."""
    path = found.path
    if _CHECKSUM in path:
        return "config"
    if path[:1] == ("spec",) and len(path) > 3 and path[1] in {"containers", "initContainers"}:
        path = path[3:]
    elif path[:1] in {("spec",), ("metadata",)}:
        path = path[1:]
    if path == ("image",) and isinstance(found.was, str) and isinstance(found.is_, str):
        return f"image {traffic.images(found.was, found.is_)}"
    if path and path[0] in _BY_NAME and len(path) > 1:
        return f"{_BY_NAME[path[0]]} {path[1]}"
    if path and path[0] in _VALUED:
        return f"{'.'.join(path)} {_value(found.was)} -> {_value(found.is_)}"
    return ".".join(path[:2]) or "pod template"


def _value(value: Any) -> str:
    return "none" if value is None else str(value) if isinstance(value, (str, int)) else "a mapping"

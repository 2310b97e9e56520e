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
from gitramp.checks.pods import LASTING
from gitramp.ordering.trees import Change
from gitramp.pointer import Pointer
from gitramp.resource import Manifest
from gitramp.steps.gr522_immutable_fields import find
from gitramp.steps.step import Step

_TEMPLATES = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys((*LASTING, "Job"), ("spec", "template")),
}
_CHECKSUM = "gitramp/config-checksum"
_BY_NAME = {"env": "env", "envFrom": "env", "volumes": "volume", "volumeMounts": "volume", "ports": "port"}
_VALUED = frozenset({"resources"})
_TELLING = "app.kubernetes.io/"
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/"""


@dataclass(frozen=True, slots=True)
class PodChange:
    """What happens to the pods of an object.

    `effect` is "start", "stop", "restart" or "scale"; of a Job "run", "again" or "delete"; of a CronJob "schedule",
    "next", for a template that its next run has, or "unschedule".
    """

    object: str
    service: str
    track: str
    effect: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rollout:
    """What a cluster does with a change; objects by kind, namespace and name, and what it refuses, in sentences.

    `labels` are objects that change in nothing but labels which tell of versions; `stay` are those that are no longer
    rendered and stay in the cluster, for nothing is pruned.
    """

    pods: tuple[PodChange, ...] = ()
    appear: tuple[str, ...] = ()
    go: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    stay: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def rollout(compared: Compared) -> Rollout:
    """Say what a cluster does with a change."""
    found = compared.changes
    kept = [(change.before, change.after) for change in found if change.before and change.after]
    gone = tuple(str(c.before.id) for c in found if c.after is None and c.before is not None)
    stays = not _prunes(compared)
    labelled = [after for before, after in kept if _is_relabelled(before, after)]
    return Rollout(
        tuple(each for change in found for each in _pods(change, compared)),
        tuple(str(c.after.id) for c in found if c.before is None and c.after is not None),
        () if stays else gone,
        tuple(str(after.id) for _, after in kept if after not in labelled),
        tuple(str(after.id) for after in labelled),
        gone if stays else (),
        tuple(_refused(compared)),
    )


def _prunes(compared: Compared) -> bool:
    """Whether what is no longer rendered is deleted, as far as it is said here."""
    delivery = compared.after.environment.delivery if compared.after else None
    return delivery is None or delivery.prune


def _is_relabelled(before: Manifest, after: Manifest) -> bool:
    """Whether nothing changes but labels that tell people what an object belongs to, and nothing else."""
    return bool(_without_labels(before) == _without_labels(after))


def _without_labels(manifest: Manifest) -> Any:
    metadata = body.mapping(manifest.body, "metadata")
    labels = {k: v for k, v in body.mapping(metadata, "labels").items() if not k.startswith(_TELLING)}
    return {**manifest.body, "metadata": {**metadata, "labels": labels}}


def _refused(compared: Compared) -> Iterator[str]:
    before, after = compared.before, compared.after
    if before is not None and after is not None:
        step = Step(after.environment, after.manifests, before.environment, before.manifests)
        yield from (breach.message for breach in find(step))


def _pods(change: Change, compared: Compared) -> Iterator[PodChange]:
    template = _TEMPLATES.get(change.key.kind)
    some = change.after or change.before
    if template is None or some is None or (change.after is None and not _prunes(compared)):
        return
    track = body.text(some.body, *template, "metadata", "labels", "version")
    named = (str(some.id), some.service, track)
    if change.before is None or change.after is None:
        yield PodChange(*named, _effect(change, compared))
    else:
        yield from (PodChange(*named, *each) for each in _differing(change.before, change.after, template))


def _effect(change: Change, compared: Compared) -> str:
    """Say what happens to pods that appear or go."""
    kind = change.key.kind
    if change.after is None:
        return {"Job": "delete", "CronJob": "unschedule"}.get(kind, "stop")
    if kind == "Job":
        return "again" if _went(change, compared) else "run"
    return "schedule" if kind == "CronJob" else "start"


def _differing(before: Manifest, after: Manifest, template: Pointer) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what happens to pods that are there, and why."""
    kind = after.id.gvk.kind
    why = _why(before, after, template)
    if why:
        yield {"Job": "again", "CronJob": "next"}.get(kind, "restart"), why
    times = [body.text(each.body, "spec", "schedule") for each in (before, after)]
    count = [body.number(each.body, "spec", "replicas") for each in (before, after)]
    if times[0] != times[1]:
        yield "schedule", (" -> ".join(times),)
    if kind in LASTING and count[0] != count[1]:
        yield "scale", (" -> ".join("autoscaled" if n is None else str(n) for n in count),)


def _went(change: Change, compared: Compared) -> bool:
    """Whether a Job takes the place of one that goes: what it runs is part of its name."""
    gone = (other for other in compared.changes if other.key.kind == "Job" and other.after is None)
    return any(other.key.name.rpartition("-")[0] == change.key.name.rpartition("-")[0] for other in gone)


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
        numbers = f" {found.was} -> {found.is_}" if path[2:] == ("containerPort",) else ""
        return f"{_BY_NAME[path[0]]} {path[1]}{numbers}"
    if path and path[0] in _VALUED:
        return f"{'.'.join(path)} {_value(found.was)} -> {_value(found.is_)}"
    return ".".join(path[:2]) or "pod template"


def _value(value: Any) -> str:
    return "none" if value is None else str(value) if isinstance(value, (str, int)) else "a mapping"

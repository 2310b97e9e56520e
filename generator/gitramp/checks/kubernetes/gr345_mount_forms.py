"""GR345: a mount stays where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.forms import Fault, breaches, word
from gitramp.checks.pods import KINDS, Container, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR345",
    "a mount that cannot be made",
    "The API server refuses a mount without a path, one that leads out of its volume, and options that need others.",
    "write a mountPath, and a subPath that stays inside of its volume",
    source="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#volumes-1",
)
_PROPAGATIONS = ("None", "HostToContainer", "Bidirectional")
_RECURSIVE = ("Disabled", "IfPossible", "Enabled")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each mount, of files or of a device, that cannot be made."""
    for container in pod_of(manifest).containers():
        tree = container.manifest.body
        privileged = body.field(container.body, "securityContext", "privileged") is True
        for step, mount in body.items(container.body, "volumeMounts"):
            at = (*container.pointer, *step)
            yield from breaches(manifest, _of_mount(mount, tree, at, privileged=privileged))
        yield from breaches(manifest, _devices(container))


def _of_mount(mount: Any, tree: Any, at: Pointer, *, privileged: bool) -> Iterator[Fault]:
    if body.field(mount, "mountPath") in (None, ""):
        yield Fault("there is no mountPath", at)
    for key in ("subPath", "subPathExpr"):
        said = body.text(mount, key)
        if said.startswith("/") or ".." in said.split("/"):
            yield Fault(f"{key} {show(said)} leads out of the volume", (*at, key))
    if body.text(mount, "subPath") and body.text(mount, "subPathExpr"):
        yield Fault("subPath and subPathExpr are both said", (*at, "subPathExpr"))
    yield from word(tree, (*at, "mountPropagation"), _PROPAGATIONS)
    if body.field(mount, "mountPropagation") == "Bidirectional" and not privileged:
        yield Fault("only a privileged container mounts in both directions", (*at, "mountPropagation"))
    yield from word(tree, (*at, "recursiveReadOnly"), _RECURSIVE)
    recursive = body.text(mount, "recursiveReadOnly") in {"IfPossible", "Enabled"}
    if recursive and body.field(mount, "readOnly") is not True:
        yield Fault("recursiveReadOnly counts only beside readOnly: true", (*at, "recursiveReadOnly"))


def _devices(container: Container) -> Iterator[Fault]:
    mounted = {body.text(mount, "name") for _, mount in body.items(container.body, "volumeMounts")}
    names: set[str] = set()
    paths: set[str] = set()
    for step, device in body.items(container.body, "volumeDevices"):
        at, name, path = (*container.pointer, *step), body.text(device, "name"), body.text(device, "devicePath")
        if name in mounted:
            yield Fault(f"volume {show(name)} is a device and a mount", at)
        if name in names:
            yield Fault(f"volume {show(name)} is a device twice", at)
        if not path or path in paths or ".." in path.split("/"):
            yield Fault(f"devicePath {show(path)} is empty, there twice, or leads upwards", (*at, "devicePath"))
        names.add(name)
        paths.add(path)


RULE = ObjectRule(CODE, KINDS, find)

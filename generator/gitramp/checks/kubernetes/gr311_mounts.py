"""GR311: volumes have different names, and each mount a volume and a path of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from gitramp import body
from gitramp.checks.pods import Container, Pod, pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR311",
    "volumes or mounts that collide",
    "The API server refuses a pod with two volumes of one name, two mounts at one path, or a mount without its volume.",
    "give each volume a name and a path of its own; config files are the volume `config`",
    source="https://kubernetes.io/docs/concepts/storage/volumes/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each volume name said twice, each mount without its volume, and each path mounted twice."""
    for pod in pods(manifests):
        yield from _same_names(pod)
        for container in pod.containers():
            yield from _without_volume(container, pod)
            yield from _same_paths(container)


def _same_names(pod: Pod) -> Iterator[Breach]:
    seen: set[str] = set()
    for at, volume in body.items(pod.manifest.body, *pod.pointer, "volumes"):
        name = body.text(volume, "name")
        if name and name in seen:
            yield Breach(f"volume {show(name)} is there twice", (*at, "name"), pod.manifest)
        seen.add(name)


def _without_volume(container: Container, pod: Pod) -> Iterator[Breach]:
    for step, mount in body.items(container.body, "volumeMounts"):
        name = body.text(mount, "name")
        if name and name not in pod.volumes:
            yield Breach(f"mount of volume {show(name)}, which is not there", (*container.pointer, *step), pod.manifest)


def _same_paths(container: Container) -> Iterator[Breach]:
    seen: set[PurePosixPath] = set()
    for step, mount in body.items(container.body, "volumeMounts"):
        said = body.text(mount, "mountPath")
        path = PurePosixPath(said)
        if said and path in seen:
            message = f"{show(said)} is mounted twice"
            yield Breach(message, (*container.pointer, *step, "mountPath"), container.manifest)
        seen.add(path)


RULE = ManifestRule(CODE, find)

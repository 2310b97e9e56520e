"""The pods of a set of objects: templates of workloads, bare Pods, and the containers in them.

Owns where each kind keeps its pod template and which labels select it. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitramp import body
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

_TEMPLATE: Pointer = ("spec", "template")
_TEMPLATES: Mapping[tuple[str, str], Pointer] = {
    ("", "Pod"): (),
    ("apps", "Deployment"): _TEMPLATE,
    ("apps", "StatefulSet"): _TEMPLATE,
    ("apps", "DaemonSet"): _TEMPLATE,
    ("apps", "ReplicaSet"): _TEMPLATE,
    ("", "ReplicationController"): _TEMPLATE,
    ("batch", "Job"): _TEMPLATE,
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
}
KINDS = frozenset(f"{group}/{kind}" for group, kind in _TEMPLATES)
"""The kinds that describe pods, as rules over one object name them."""
LASTING = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
"""The kinds of workloads whose pods are meant to stay up."""


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a pod; `pointer` leads to it in the manifest."""

    manifest: Manifest
    pointer: Pointer
    body: Any

    @property
    def name(self) -> str:
        """The container's name."""
        return body.text(self.body, "name")

    @property
    def ports(self) -> tuple[tuple[str, int | None], ...]:
        """The name and number of each port it declares."""
        declared = (port for _, port in body.items(self.body, "ports"))
        return tuple((body.text(port, "name"), body.number(port, "containerPort")) for port in declared)


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod, or the template of pods, in `manifest`; `at` leads to what holds its metadata and spec."""

    manifest: Manifest
    at: Pointer

    @property
    def pointer(self) -> Pointer:
        """The pointer to the pod's spec."""
        return (*self.at, "spec")

    @property
    def spec(self) -> Mapping[str, Any]:
        """The pod's spec."""
        return body.mapping(self.manifest.body, *self.pointer)

    @property
    def labels(self) -> Mapping[str, Any]:
        """The labels that selectors see."""
        return body.mapping(self.manifest.body, *self.at, "metadata", "labels")

    @property
    def volumes(self) -> frozenset[str]:
        """The names that a mount may use; a StatefulSet's claims are volumes too."""
        listed = [self.spec.get("volumes"), body.field(self.manifest.body, "spec", "volumeClaimTemplates")]
        said = (volume for volumes in listed for _, volume in body.items(volumes))
        return frozenset(body.text(v, "name") or body.text(v, "metadata", "name") for v in said)

    def in_order(self, kind: str) -> Iterator[Container]:
        """Yield the pod's `containers` or `initContainers`."""
        for pointer, container in body.items(self.manifest.body, *self.pointer, kind):
            yield Container(self.manifest, pointer, container)

    def containers(self) -> Iterator[Container]:
        """Yield every container, those that only initialise included."""
        yield from self.in_order("containers")
        yield from self.in_order("initContainers")

    def lasting_containers(self) -> Iterator[Container]:
        """Yield the containers that run as long as the pod: sidecars are init containers that are restarted.

        https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
        """
        for container in self.containers():
            if container.pointer[-2] == "containers" or body.field(container.body, "restartPolicy") == "Always":
                yield container


def pod_of(manifest: Manifest) -> Pod:
    """Return the pod that an object of one of `KINDS` describes."""
    return Pod(manifest, _TEMPLATES[manifest.id.gvk.group, manifest.id.gvk.kind])


def pods(manifests: ManifestSet) -> Iterator[Pod]:
    """Yield the pods that the objects of a set describe."""
    return pods_among(manifest for _, kind in _TEMPLATES for manifest in manifests.of_kind(kind))


def pods_among(manifests: Iterable[Manifest]) -> Iterator[Pod]:
    """Yield the pods that some objects describe."""
    for manifest in manifests:
        if (manifest.id.gvk.group, manifest.id.gvk.kind) in _TEMPLATES:
            yield pod_of(manifest)


def containers(manifests: ManifestSet) -> Iterator[Container]:
    """Yield every container of every pod."""
    for pod in pods(manifests):
        yield from pod.containers()

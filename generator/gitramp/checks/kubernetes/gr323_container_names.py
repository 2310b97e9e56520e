"""GR323: the containers of a pod have different names."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.pods import pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR323",
    "two containers of one name",
    "The API server refuses such a pod; a track's own container has the name of its service.",
    "give the container another name",
    source="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each container with the name of an earlier one of its pod."""
    for pod in pods(manifests):
        seen: set[str] = set()
        # `containers` come first: what is beside them is what a person can rename.
        for container in pod.containers():
            if container.name and container.name in seen:
                message = f"container {show(container.name)} is there twice"
                yield Breach(message, (*container.pointer, "name"), pod.manifest)
            seen.add(container.name)


RULE = ManifestRule(CODE, find)

"""GR346: what comes to an end before the pod starts is neither probed nor hooked."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.pods import KINDS, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR346",
    "a probe or hook of an init container",
    "An init container is over before anything is probed; the API server refuses it.",
    "remove it, or make a sidecar of the container with restartPolicy: Always",
    source="https://kubernetes.io/docs/concepts/workloads/pods/init-containers/",
)
_LASTING = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what an init container says that only those have which last."""
    for container in pod_of(manifest).in_order("initContainers"):
        if body.field(container.body, "restartPolicy") == "Always":
            continue
        for key in _LASTING:
            if body.field(container.body, key) is not None:
                message = f"init container {show(container.name)} has a {key}"
                yield Breach(message, (*container.pointer, key), manifest)


RULE = ObjectRule(CODE, KINDS, find)

"""GR389: nobody logs in to a container."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.pods import KINDS, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR389",
    "a container that listens for ssh",
    "A login beside the API server is one that no role, no audit log and no policy of the mesh sees.",
    "take port 22 away; `kubectl exec` asks who may",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/tasks/debug/debug-application/get-shell-running-container/",
)
_SSH = 22


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each port 22 of a container over TCP."""
    for container in pod_of(manifest).containers():
        for step, port in body.items(container.body, "ports"):
            if body.number(port, "containerPort") == _SSH and body.text(port, "protocol") in {"", "TCP"}:
                message = f"container {show(container.name)} listens on port {_SSH}"
                yield Breach(message, (*container.pointer, *step, "containerPort"), manifest)


RULE = ObjectRule(CODE, KINDS, find)

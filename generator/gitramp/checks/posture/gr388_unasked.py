"""GR388: a container that listens is asked whether it is ready."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.authors import is_foreign
from gitramp.checks.pods import pod_of
from gitramp.checks.proxies import is_injected
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR388",
    "a container that listens and is never asked",
    "Requests reach it before it can answer them, at every rollout and every restart.",
    "say a readinessProbe",
    severity=Severity.INFO,
    source="https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each of other people's containers with ports and without a readinessProbe, where pods last."""
    for container in pod_of(manifest).in_order("containers") if is_foreign(manifest) else ():
        asked = body.field(container.body, "readinessProbe") is not None
        if container.ports and not asked and not is_injected(container):
            yield Breach(f"container {show(container.name)} has no readinessProbe", container.pointer, manifest)


RULE = ObjectRule(CODE, frozenset({"apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"}), find)

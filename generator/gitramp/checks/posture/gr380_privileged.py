"""GR380: no container is privileged."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import pod_security
from gitramp.checks.forms import breaches
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR380",
    "a privileged container",
    "Who gets into it has the node: all devices, all of the kernel's settings, every other container.",
    "remove `privileged`, and add the one capability that the program needs",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each privileged container of a namespace that does not refuse it."""
    for pod in pod_security.pods_below(manifests, "baseline"):
        for checks in (pod_security.privileged, pod_security.host_process):
            yield from breaches(pod.manifest, checks(pod))


RULE = ManifestRule(CODE, find)

"""GR382: a pod has a network, processes and memory of its own."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import pod_security
from gitramp.checks.forms import breaches
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR382",
    "a pod in the node's own namespaces",
    "It sees the node's processes or traffic, and no sidecar and no network policy holds it.",
    "remove it; a program that watches nodes belongs in a namespace of its own",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each namespace of the node that a pod shares."""
    for pod in pod_security.pods_below(manifests, "baseline"):
        yield from breaches(pod.manifest, pod_security.host_namespaces(pod))


RULE = ManifestRule(CODE, find)

"""GR396: a pod listens on its own address, not on the node's."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import pod_security
from gitramp.checks.forms import breaches
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR396",
    "a port of the node",
    "It is open to whoever reaches the node, past Services and network policies, and one node runs one such pod.",
    "let a Service lead to the pod",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/configuration/overview/#services",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each hostPort of a pod that has a network of its own."""
    for pod in pod_security.pods_below(manifests, "baseline"):
        if pod.spec.get("hostNetwork") is not True:
            yield from breaches(pod.manifest, pod_security.host_ports(pod))


RULE = ManifestRule(CODE, find)

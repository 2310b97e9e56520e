"""GR392: a pod leaves the kernel of its neighbours alone."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import pod_security
from gitramp.checks.forms import breaches
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR392",
    "a setting of the kernel that is not a pod's own",
    "A kubelet refuses it unless it was told to allow it, and then it may slow down or stop other pods of the node.",
    "set it on the nodes, or use one of the safe ones",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each sysctl that is not a safe one."""
    for pod in pod_security.pods_below(manifests, "baseline"):
        yield from breaches(pod.manifest, pod_security.sysctls(pod))


RULE = ManifestRule(CODE, find)

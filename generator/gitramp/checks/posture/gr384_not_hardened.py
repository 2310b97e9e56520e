"""GR384: a pod gives up what it does not need."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import pod_security
from gitramp.checks.authors import is_foreign
from gitramp.checks.pods import Pod
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR384",
    "a pod that could give up more",
    "What a program does not need helps only who breaks into it: root, more privileges later on, capabilities, a "
    "writable file system.",
    "say what is missing in securityContext; it is what Pod Security calls restricted, and a read-only file system",
    severity=Severity.INFO,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
)
_CHECKS = {
    "runAsNonRoot: true": pod_security.not_root,
    "allowPrivilegeEscalation: false": pod_security.escalation,
    "capabilities: {drop: [ALL]}": pod_security.dropped,
    "seccompProfile: {type: RuntimeDefault}": pod_security.seccomp_said,
}
_READ_ONLY = "readOnlyRootFilesystem"


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each pod of other people's manifests with what all of it does not say; of gitramp's own, all is said."""
    for pod in pod_security.pods_below(manifests, "restricted"):
        if is_foreign(pod.manifest):
            missing = [said for said, check in _CHECKS.items() if next(check(pod), None) is not None]
            missing += [f"{_READ_ONLY}: true"] if _is_writable(pod) else []
            if missing:
                yield Breach(f"the pod does not say {', '.join(missing)}", pod.pointer, pod.manifest)


def _is_writable(pod: Pod) -> bool:
    containers = pod.in_order("containers")
    return any(body.field(container.body, "securityContext", _READ_ONLY) is not True for container in containers)


RULE = ManifestRule(CODE, find)

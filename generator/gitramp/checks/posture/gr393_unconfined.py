"""GR393: nothing that confines containers is turned off."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import pod_security
from gitramp.checks.forms import breaches
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR393",
    "a confinement that is turned off",
    "Seccomp, AppArmor, SELinux and the masks over /proc keep a program that is broken into from the kernel.",
    "remove it; the runtime's default profile is enough for most programs",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/",
)
_CHECKS = (pod_security.profiles, pod_security.selinux, pod_security.proc_mount)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each profile that confines nothing, each SELinux option of one's own, and each unmasked /proc."""
    for pod in pod_security.pods_below(manifests, "baseline"):
        for check in _CHECKS:
            if not (check is pod_security.proc_mount and pod.spec.get("hostUsers") is False):
                yield from breaches(pod.manifest, check(pod))


RULE = ManifestRule(CODE, find)

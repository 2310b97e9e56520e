"""GR385: nobody asks for root."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import pod_security
from gitramp.checks.authors import is_foreign
from gitramp.checks.forms import Fault, breaches
from gitramp.checks.pods import Pod
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR385",
    "a pod that asks for root",
    "Root in a container is a step towards root on the node, and a program that may become root is as good as root.",
    "run as the unprivileged user of the image, or let the pod have users of its own with `hostUsers: false`",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield root as a user, root allowed in so many words, and a way to become it, of other people's pods."""
    for pod in pod_security.pods_below(manifests, "restricted"):
        if is_foreign(pod.manifest) and pod.spec.get("hostUsers") is not False:
            yield from breaches(pod.manifest, pod_security.root_user(pod))
            yield from breaches(pod.manifest, _in_so_many_words(pod))


def _in_so_many_words(pod: Pod) -> Iterator[Fault]:
    if body.field(pod.spec, "securityContext", "runAsNonRoot") is False:
        yield Fault("the pod says runAsNonRoot: false", (*pod.pointer, "securityContext", "runAsNonRoot"))
    for container in pod.containers():
        for key, said in (("runAsNonRoot", False), ("allowPrivilegeEscalation", True)):
            if body.field(container.body, "securityContext", key) is said:
                message = f"container {show(container.name)} says {key}: {str(said).lower()}"
                yield Fault(message, (*container.pointer, "securityContext", key))


RULE = ManifestRule(CODE, find)

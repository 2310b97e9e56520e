"""GR370: pods keep to the Pod Security level that their namespace enforces."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import pod_security
from gitramp.checks.authors import is_foreign
from gitramp.checks.pods import Pod, pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR370",
    "a pod that its namespace's Pod Security level refuses",
    "The API server takes the workload and refuses every pod of it: the rollout never starts.",
    "change the pod, or the label pod-security.kubernetes.io/enforce of its namespace",
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
)
_MODES = ("enforce", "audit", "warn")
_USER = "runAsUser"
_REMEDIES = {
    "allowPrivilegeEscalation": "say allowPrivilegeEscalation: false in the container's securityContext",
    "capabilities": "say capabilities: {drop: [ALL]} in the container's securityContext",
    "runAsNonRoot": "say runAsNonRoot: true in securityContext, and run as a user of the image that is not root",
    "seccompProfile": "say seccompProfile: {type: RuntimeDefault} in securityContext",
}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield what the level of each namespace refuses of each of its pods, and each level that there is not."""
    for namespace in manifests.of_kind("Namespace"):
        yield from _unknown_levels(namespace)
    enforced = pod_security.enforcing(manifests)
    for pod in pods(manifests) if enforced else ():
        if (found := enforced.get(pod.manifest.id.namespace)) is not None:
            yield from _refused(pod, *found)


def _refused(pod: Pod, level: str, namespace: Manifest) -> Iterator[Breach]:
    related = (Elsewhere(f"{namespace.id} enforces {level}", pod_security.ENFORCE, namespace),)
    for check, found in pod_security.violations(pod, level):
        if check != _USER or is_foreign(pod.manifest):  # GR313 tells of root in gitramp's own pods
            message = f"{level} refuses it ({check}): {found.message}"
            yield Breach(message, found.at, pod.manifest, _REMEDIES.get(check, ""), related)


def _unknown_levels(namespace: Manifest) -> Iterator[Breach]:
    for mode in _MODES:
        at = (*pod_security.ENFORCE[:-1], f"pod-security.kubernetes.io/{mode}")
        said = body.text(namespace.body, *at)
        if said and said not in pod_security.LEVELS:
            remedy = f"say one of {', '.join(pod_security.LEVELS)}"
            yield Breach(f"{show(said)} is no Pod Security level", at, namespace, remedy)


RULE = ManifestRule(CODE, find)

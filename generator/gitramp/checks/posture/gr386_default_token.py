"""GR386: a pod has no token of an account that it shares with its whole namespace."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.authors import is_foreign
from gitramp.checks.pods import pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR386",
    "a token of the account that everybody has",
    "All pods without an account of their own are the same to the API server and to the mesh: what one may, all may.",
    "name a ServiceAccount of its own, and say automountServiceAccountToken: false where nothing asks the API server",
    severity=Severity.INFO,
    source="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
)
_MOUNT = "automountServiceAccountToken"


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each of other people's pods that runs as `default` and is given its token."""
    without = {
        account.id.namespace
        for account in manifests.of_kind("ServiceAccount")
        if account.id.name == "default" and body.field(account.body, _MOUNT) is False
    }
    for pod in pods(manifests):
        shared = body.text(pod.spec, "serviceAccountName") in {"", "default"}
        given = pod.spec.get(_MOUNT) is not False and pod.manifest.id.namespace not in without
        if shared and given and is_foreign(pod.manifest):
            yield Breach("the pod is given the token of the account default", pod.pointer, pod.manifest)


RULE = ManifestRule(CODE, find)

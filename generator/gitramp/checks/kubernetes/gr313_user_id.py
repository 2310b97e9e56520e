"""GR313: no container runs as root or as the sidecar's user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.checks.authors import is_foreign
from gitramp.checks.pods import Pod, pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR313",
    "a user id that is root's or the sidecar's",
    "Root in a container is a step towards root on the node, and what user 1337 sends goes past the sidecar.",
    "name the unprivileged user of the image",
    source="https://istio.io/latest/docs/ops/deployment/application-requirements/",
)

_SIDECAR = {"istio-proxy", "istio-init", "istio-validation"}
_TAKEN: Mapping[int, str] = {0: "root", 1337: "the sidecar's own user"}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each runAsUser, of a pod or a container, that is 0 or 1337.

    A pod that brings the sidecar along runs it as 1337, and other people's pods may run as root: GR385 warns of it.
    """
    for pod in pods(manifests):
        own = set(_TAKEN) - ({0} if is_foreign(pod.manifest) else set())
        taken = own - ({1337} if any(container.name in _SIDECAR for container in pod.containers()) else set())
        for at in _contexts(pod):
            user = body.number(pod.manifest.body, *at, "runAsUser")
            if user is not None and user in taken:
                yield Breach(f"runAsUser {user} is {_TAKEN[user]}", (*at, "runAsUser"), pod.manifest)


def _contexts(pod: Pod) -> Iterator[Pointer]:
    for holder in (pod.pointer, *(container.pointer for container in pod.containers())):
        yield (*holder, "securityContext")


RULE = ManifestRule(CODE, find)

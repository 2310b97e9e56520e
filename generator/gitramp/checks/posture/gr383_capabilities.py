"""GR383: a container has no more capabilities than containers have."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import pod_security
from gitramp.checks.forms import breaches
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR383",
    "a capability beyond those of containers",
    "SYS_ADMIN is nearly root on the node, NET_ADMIN and NET_RAW get round the sidecar and other pods' addresses.",
    "drop ALL and add what the program needs, NET_BIND_SERVICE at most",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
)
_OF_MESH = {"istio-init", "istio-validation"}  # they set up the sidecar's redirection


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each added capability that is none of the default ones, but for those of the mesh's own containers."""
    for pod in pod_security.pods_below(manifests, "baseline"):
        of_mesh = [container.pointer for container in pod.containers() if container.name in _OF_MESH]
        faults = pod_security.default_capabilities(pod)
        yield from breaches(pod.manifest, (f for f in faults if not any(f.at[: len(at)] == at for at in of_mesh)))


RULE = ManifestRule(CODE, find)

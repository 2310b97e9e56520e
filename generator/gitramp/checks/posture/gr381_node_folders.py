"""GR381: no pod has the node's own folders, nor the socket of its container runtime."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from gitramp import body
from gitramp.checks import pod_security
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR381",
    "a folder of the node that gives the node away",
    "With the runtime's socket, or the node's system folders, a container starts others, reads all secrets of the node "
    "and outlives its own pod.",
    "take a ConfigMap, a Secret or a volume of its own in its place",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
)
_SOCKETS = ("docker.sock", "containerd.sock", "crio.sock")
_FOLDERS = frozenset(
    {
        *("/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/proc", "/root", "/run", "/sbin", "/sys", "/usr"),
        *("/var", "/var/run", "/var/lib", "/var/lib/kubelet", "/var/lib/docker", "/var/lib/containerd"),
        *("/etc/kubernetes", "/etc/kubernetes/manifests"),
    }
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each such folder or socket that a pod takes as a volume."""
    for pod in pod_security.pods_below(manifests, "baseline"):
        for at, volume in body.items(pod.manifest.body, *pod.pointer, "volumes"):
            said = body.text(volume, "hostPath", "path")
            path = posixpath.normpath(said) if said else ""
            if path in _FOLDERS or path.endswith(_SOCKETS):
                message = f"volume {show(body.text(volume, 'name'))} is {show(said)} of the node"
                yield Breach(message, (*at, "hostPath", "path"), pod.manifest)


RULE = ManifestRule(CODE, find)

"""What a pod's proxy knows of the mesh: the egress scope of its Sidecar.

Owns `namespace/host` of Sidecars, and which Sidecar is a pod's. Must not know any rule.
https://istio.io/latest/docs/reference/config/networking/sidecar/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gitramp import body
from gitramp.checks.attached import policies, selector
from gitramp.checks.pods import Pod
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet


class Scope(NamedTuple):
    """One host of a Sidecar's egress; `namespace` is `*` for all, "" for none."""

    at: Pointer
    namespace: str
    host: str

    def holds(self, namespace: str, host: str) -> bool:
        """Whether a host in full, that somebody in a namespace declares, is in the scope."""
        if self.namespace not in {"*", namespace}:
            return False
        wild = self.host.startswith("*.") and host.endswith(self.host[1:])
        return self.host in {"*", host} or wild


def scopes(sidecar: Manifest) -> tuple[Scope, ...]:
    """Return the hosts that a Sidecar lets its pods know."""
    return tuple(_of(sidecar))


def _of(sidecar: Manifest) -> Iterator[Scope]:
    for listener, found in body.items(sidecar.body, "spec", "egress"):
        for at, said in body.items(found, "hosts"):
            namespace, slash, host = said.partition("/") if isinstance(said, str) else ("", "", "")
            if slash:
                own = {".": sidecar.id.namespace, "~": ""}
                yield Scope((*listener, *at), own.get(namespace, namespace), host.lower())


def sidecar_of(manifests: ManifestSet, pod: Pod) -> Manifest | None:
    """Return the Sidecar of a pod: one that chooses it, else its namespace's, else the mesh's."""
    found = list(policies(manifests, "Sidecar", pod))
    own = [each for each in found if each.id.namespace == pod.manifest.id.namespace]
    return next((each for each in own if selector(each)), next(iter(own), next(iter(found), None)))

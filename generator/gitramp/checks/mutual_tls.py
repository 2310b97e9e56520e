"""Which mutual TLS a port of a pod demands, as the PeerAuthentications of the set say.

Owns their order: the pod's own, its namespace's, the mesh's, each port by port. Must not know who calls. The port is
that of the pod: https://istio.io/latest/docs/reference/config/security/peer_authentication/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gitramp import body
from gitramp.checks.attached import of_namespace, policies, selector
from gitramp.checks.pods import Pod
from gitramp.checks.registry import ROOT_NAMESPACE
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet


class Demand(NamedTuple):
    """What is demanded, and the policy and field that say so."""

    mode: str
    manifest: Manifest
    at: Pointer


def demanded(manifests: ManifestSet, pod: Pod, port: int | None) -> Demand | None:
    """Return what a port of a pod demands; None where nothing is said, or two policies say it."""
    own = [m for m in policies(manifests, "PeerAuthentication", pod) if m.id.namespace == pod.manifest.id.namespace]
    chosen = [each for each in own if selector(each)]
    if len(chosen) > 1:
        return None
    for policy in chosen:
        yet = next(_said(policy, port), None)
        if yet is not None:
            return yet
    for namespace in (pod.manifest.id.namespace, ROOT_NAMESPACE):
        whole = of_namespace(manifests, "PeerAuthentication", namespace)
        if len(whole) > 1:
            return None
        yet = next((said for policy in whole for said in _said(policy, None)), None)
        if yet is not None:
            return yet
    return None


def _said(policy: Manifest, port: int | None) -> Iterator[Demand]:
    places: list[Pointer] = [("spec", "mtls", "mode")]
    if port is not None:
        places.insert(0, ("spec", "portLevelMtls", str(port), "mode"))
    for at in places:
        mode = body.text(policy.body, *at)
        if mode not in {"", "UNSET"}:
            yield Demand(mode, policy, at)

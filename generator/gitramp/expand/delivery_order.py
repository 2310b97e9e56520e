"""In which order objects are applied, so that a destination is there before a route names it.

Owns the three stages, by kind; both controllers follow them. Must not know the controllers' own objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gitramp.expand import kinds
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, Origin

SYNC_WAVE = "argocd.argoproj.io/sync-wave"  # https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
FOUNDATION, WORKLOADS, ROUTES = -1, 0, 1
STAGES = {FOUNDATION: "foundation", WORKLOADS: "workloads", ROUTES: "routes"}

# What pods need when they start, the work of Jobs included, and who may reach them. A PersistentVolumeClaim is not
# here: it can wait for its pod.
_FOUNDATION = frozenset(
    {
        "AuthorizationPolicy",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterSecretStore",
        "ConfigMap",
        "CustomResourceDefinition",
        "ExternalSecret",
        "Job",
        "LimitRange",
        "Namespace",
        "NetworkPolicy",
        "PeerAuthentication",
        "PriorityClass",
        "ReferenceGrant",
        "RequestAuthentication",
        "ResourceQuota",
        "Role",
        "RoleBinding",
        "Secret",
        "SecretStore",
        "ServiceAccount",
        "ServiceEntry",
        "Sidecar",
    }
)
# An autoscaler reads as degraded until its pods have metrics, so it must not hold the routes up: it comes with them.
_ROUTES = frozenset(
    {"GRPCRoute", "Gateway", "HTTPRoute", "HorizontalPodAutoscaler", "TCPRoute", "TLSRoute", "VirtualService"}
)


def stage(kind: str) -> int:
    """Return the stage in which objects of a kind are applied; what nobody listed comes with the workloads.

    By kind alone, whatever the group: a Kustomization's patches cannot tell the core group from all groups.
    """
    return FOUNDATION if kind in _FOUNDATION else ROUTES if kind in _ROUTES else WORKLOADS


def stages_of(present: Iterable[str]) -> dict[int, frozenset[str]]:
    """Sort kinds into the stages: those that gitramp can emit, whether it does or not, and those that are present."""
    own = (gvk.kind for gvk in kinds.own_kinds())
    known = _FOUNDATION | _ROUTES | {*own, *present}
    return {number: frozenset(kind for kind in known if stage(kind) == number) for number in STAGES}


def with_waves(manifests: Sequence[Manifest], owner: Pointer) -> Iterator[Manifest]:
    """Yield objects with Argo CD's annotation for their stage; the middle one is its default, a said wave stays."""
    for manifest in manifests:
        metadata = manifest.body["metadata"]
        annotations = metadata.get("annotations") or {}
        wave = stage(manifest.id.gvk.kind)
        if wave == WORKLOADS or not isinstance(annotations, dict) or SYNC_WAVE in annotations:
            yield manifest
            continue
        said = {**metadata, "annotations": {**annotations, SYNC_WAVE: str(wave)}}
        how = f"{manifest.id.gvk.kind} is applied with the {STAGES[wave]}"
        origins = {**manifest.origins, ("metadata", "annotations", SYNC_WAVE): Origin((owner,), how)}
        yield replace(manifest, body={**manifest.body, "metadata": said}, origins=origins)

"""What keeps the pods of a track: a Deployment or a StatefulSet.

Owns every field of them but their pods. Must not know routing.
"""

from __future__ import annotations

from typing import Any

from gitramp.expand import kinds
from gitramp.expand.pod import drain, server_pod
from gitramp.expand.workload import checksum, headless_name, metadata
from gitramp.model import Environment, Service, Track
from gitramp.model.storage import VolumeClaim
from gitramp.resource import Manifest, Traced, traced

_ROLLING = {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}}


def servers(environment: Environment, service: Service, track: Track) -> Manifest:
    """Return what keeps a track's pods."""
    stateful = track.kind == "StatefulSet"
    # An autoscaler owns the number of pods: `replicas` beside it would set them back at every sync.
    replicas = {} if track.autoscaling else {"replicas": traced(track.replicas, track.at("replicas"))}
    spec = {
        **replicas,
        "selector": {"matchLabels": kinds.selector(environment, service, track)},
        **(_in_order(environment, service, track) if stateful else _ROLLING),
        "template": {
            "metadata": {"labels": kinds.track_labels(service, track), **_annotations(environment, track)},
            "spec": server_pod(environment, service, track),
        },
    }
    tree = {"metadata": metadata(environment, service, track), "spec": spec}
    gvk = kinds.STATEFUL_SET if stateful else kinds.DEPLOYMENT
    return Manifest.of(gvk, tree, track.pointer, service.name)


def _in_order(environment: Environment, service: Service, track: Track) -> dict[str, Any]:
    claims = [_claim(claim) for _, claim in sorted(track.volume_claims.items())]
    policy, at = track.pod_management_policy, track.at("podManagementPolicy")
    return {
        "serviceName": headless_name(environment, service, track),
        **({"podManagementPolicy": traced(policy, at)} if policy else {}),
        "updateStrategy": {"type": "RollingUpdate"},
        **({"volumeClaimTemplates": claims} if claims else {}),
    }


def _claim(claim: VolumeClaim) -> dict[str, Any]:
    name = claim.storage_class_name
    return {
        "metadata": {"name": traced(claim.name, claim.pointer, how="its key in volumeClaims")},
        "spec": {
            "accessModes": [traced(claim.access_mode, claim.at("accessMode"))],
            **({"storageClassName": traced(name, claim.at("storageClassName"))} if name else {}),
            "resources": {"requests": {"storage": traced(claim.storage, claim.at("storage"))}},
        },
    }


def _annotations(environment: Environment, track: Track) -> dict[str, Any]:
    """Return the annotations of pods: those said, the digest of the config files, and how the sidecar ends.

    The digest restarts the pods when the files change.
    """
    said: dict[str, Any] = {
        name: traced(value, track.at("podAnnotations", name)) for name, value in sorted(track.pod_annotations.items())
    }
    if track.config is not None:
        said |= checksum(environment, track.config)
    drained = drain(track) if environment.platform.mesh == "sidecar" else None
    if drained is not None:
        seconds, origin = drained
        proxy = Traced(f"terminationDrainDuration: {seconds}s", origin.pointers, origin.how)
        said["proxy.istio.io/config"] = proxy
    return {"annotations": said} if said else {}

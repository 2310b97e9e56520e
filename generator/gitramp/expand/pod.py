"""The pod of a track.

Owns every field of a pod's spec but its containers. Its defaults satisfy Pod Security `restricted`
(https://kubernetes.io/docs/concepts/security/pod-security-standards/). Must not know the workload around it.
"""

from __future__ import annotations

from typing import Any

from gitramp.expand import kinds
from gitramp.expand.container import container
from gitramp.expand.storage import volumes
from gitramp.model import Service, Track
from gitramp.resource import traced


def pod(service: Service, track: Track) -> dict[str, Any]:
    """Return the spec of a track's pods."""
    return {
        "serviceAccountName": service.name,
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            **_said("runAsUser", track.run_as_user, track),
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "topologySpreadConstraints": [
            _spread(service, "topology.kubernetes.io/zone"),
            _spread(service, "kubernetes.io/hostname"),
        ],
        "containers": [container(service, track)],
        **volumes(service, track),
    }


def _said(name: str, value: Any, track: Track) -> dict[str, Any]:
    return {} if value is None else {name: traced(value, track.at(name))}


def _spread(service: Service, topology: str) -> dict[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": kinds.selector(service)},
        "matchLabelKeys": ["pod-template-hash"],
    }

"""The pod of a track.

Owns every field of a pod's spec but its containers. Its defaults satisfy Pod Security `restricted`
(https://kubernetes.io/docs/concepts/security/pod-security-standards/). Must not know the workload around it.
"""

from __future__ import annotations

from typing import Any

from gitramp.expand import kinds
from gitramp.expand.container import containers
from gitramp.expand.storage import volumes
from gitramp.model import Environment, Service, Track
from gitramp.model.pod import TopologySpread
from gitramp.resource import Traced, traced

_EVERYWHERE = ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
_REST = 5  # seconds, what Istio's sidecar takes by itself


def pod(environment: Environment, service: Service, track: Track) -> dict[str, Any]:
    """Return the spec of a track's pods."""
    return {
        "serviceAccountName": environment.track_object(service, track),
        "automountServiceAccountToken": automounted(track),
        **_pull_secrets(track),
        "securityContext": {
            "runAsNonRoot": True,
            **_said("runAsUser", track.run_as_user, track),
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        **_said("terminationGracePeriodSeconds", track.termination_grace_period_seconds, track),
        **_scheduling(track),
        **_spread(track, kinds.selector(environment, service, track)),
        **containers(service, track),
        **volumes(environment.track_object(service, track), track),
    }


def automounted(track: Track) -> Any:
    """Return whether pods and their account give away a token: only where that was asked for."""
    account = track.service_account
    return traced(account.automount_token, account.at("automountToken")) if account.automount_token else False


def drain(track: Track) -> tuple[int, Traced] | None:
    """Return the seconds for which the sidecar goes on serving, plain and traced; None where Istio's 5 will do."""
    if track.drain_seconds is not None:
        return track.drain_seconds, traced(track.drain_seconds, track.at("drainSeconds"), how="drainSeconds")
    hook = track.lifecycle.pre_stop
    if hook is None or hook.sleep is None:
        return None
    # The sidecar is told to stop when the pod is, not when the pause of the track's own container is over.
    seconds = hook.sleep + _REST
    return seconds, traced(seconds, hook.at("sleep"), how=f"lifecycle.preStop.sleep + {_REST}")


def _pull_secrets(track: Track) -> dict[str, Any]:
    named = [
        {"name": traced(name, track.at("imagePullSecrets", position))}
        for position, name in enumerate(track.image_pull_secrets)
    ]
    return {"imagePullSecrets": named} if named else {}


def _said(name: str, value: Any, track: Track) -> dict[str, Any]:
    return {} if value is None else {name: traced(value, track.at(name))}


def _scheduling(track: Track) -> dict[str, Any]:
    tolerations = [traced(said, track.at("tolerations", name)) for name, said in sorted(track.tolerations.items())]
    return {
        **_said("priorityClassName", track.priority_class_name, track),
        **_said("nodeSelector", dict(sorted(track.node_selector.items())) or None, track),
        **_said("affinity", track.affinity, track),
        **({"tolerations": tolerations} if tolerations else {}),
    }


def _spread(track: Track, pods: dict[str, Any]) -> dict[str, Any]:
    said = track.topology_spread
    if said is None:
        constraints = [_constraint(pods, topology) for topology in _EVERYWHERE]
    else:
        constraints = [_own_constraint(pods, spread) for _, spread in sorted(said.items())]
    return {"topologySpreadConstraints": constraints} if constraints else {}


def _own_constraint(pods: dict[str, Any], spread: TopologySpread) -> dict[str, Any]:
    return {
        **_constraint(pods, traced(spread.topology_key, spread.at("topologyKey"))),
        "maxSkew": traced(spread.max_skew, spread.at("maxSkew")),
        "whenUnsatisfiable": traced(spread.when_unsatisfiable, spread.at("whenUnsatisfiable")),
    }


def _constraint(pods: dict[str, Any], topology: Any) -> dict[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": pods},
        "matchLabelKeys": ["pod-template-hash"],
    }

"""The pods of a track and of its jobs.

Owns every field of a pod's spec but its containers. Its defaults satisfy Pod Security `restricted`
(https://kubernetes.io/docs/concepts/security/pod-security-standards/). Must not know the workload around it.
"""

from __future__ import annotations

from typing import Any

from gitramp.expand import kinds
from gitramp.expand.container import containers, runner, server
from gitramp.expand.storage import volumes
from gitramp.model import Environment, Job, PodTemplate, Service, Track
from gitramp.model.pod import TopologySpread
from gitramp.resource import Traced, traced

_EVERYWHERE = ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
# The label by which each kind tells the pods of one revision from those of another.
_REVISION = {"Deployment": "pod-template-hash", "StatefulSet": "controller-revision-hash"}
_OWN_GROUP = 2000
_REST = 5  # seconds, what Istio's sidecar takes by itself


def server_pod(environment: Environment, service: Service, track: Track) -> dict[str, Any]:
    """Return the spec of a track's pods."""
    config_map = environment.track_object(service, track) if track.config is not None else ""
    return {
        **_pod(environment, service, track, track),
        **_spread(track, kinds.selector(environment, service, track)),
        **containers(server(service, track), track),
        **volumes(config_map, track),
    }


def job_pod(environment: Environment, service: Service, track: Track, job: Job) -> dict[str, Any]:
    """Return the spec of a job's pods, which act as the track that they live with."""
    config_map = environment.track_object(service, track) if track.config is not None else ""
    return {
        **_pod(environment, service, track, job),
        "restartPolicy": traced(job.restart_policy, job.at("restartPolicy")),
        **containers(runner(track, job), job),
        **volumes(config_map, job),
    }


def _pod(environment: Environment, service: Service, track: Track, template: PodTemplate) -> dict[str, Any]:
    return {
        "serviceAccountName": environment.track_object(service, track),
        "automountServiceAccountToken": automounted(track),
        **_pull_secrets(template),
        "securityContext": {
            "runAsNonRoot": True,
            **_said("runAsUser", template.run_as_user, template),
            **_group(template),
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        **_said("terminationGracePeriodSeconds", template.termination_grace_period_seconds, template),
        **_scheduling(template),
    }


def _group(template: PodTemplate) -> dict[str, Any]:
    """Return whose the mounted volumes are: root's, where nobody says otherwise, and no pod runs as root.

    The pods are in the group whatever its number, so any will do for volumes of their own.
    """
    group: Any = None
    if template.fs_group is not None:
        group = traced(template.fs_group, template.at("fsGroup"))
    elif isinstance(template, Track) and template.volume_claims:
        user = template.run_as_user or _OWN_GROUP
        group = traced(user, template.at("fsGroup"), template.at("runAsUser"), how=f"runAsUser, or {_OWN_GROUP}")
    # Not at every start: a large volume takes minutes.
    return {"fsGroup": group, "fsGroupChangePolicy": "OnRootMismatch"} if group is not None else {}


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


def _pull_secrets(template: PodTemplate) -> dict[str, Any]:
    named = [
        {"name": traced(name, template.at("imagePullSecrets", position))}
        for position, name in enumerate(template.image_pull_secrets)
    ]
    return {"imagePullSecrets": named} if named else {}


def _said(name: str, value: Any, template: PodTemplate) -> dict[str, Any]:
    return {} if value is None else {name: traced(value, template.at(name))}


def _scheduling(template: PodTemplate) -> dict[str, Any]:
    tolerations = [
        traced(said, template.at("tolerations", name)) for name, said in sorted(template.tolerations.items())
    ]
    return {
        **_said("priorityClassName", template.priority_class_name, template),
        **_said("nodeSelector", dict(sorted(template.node_selector.items())) or None, template),
        **_said("affinity", template.affinity, template),
        **({"tolerations": tolerations} if tolerations else {}),
    }


def _spread(track: Track, pods: dict[str, Any]) -> dict[str, Any]:
    said = track.topology_spread
    if said is None:
        constraints = [_constraint(track, pods, topology) for topology in _EVERYWHERE]
    else:
        constraints = [_own_constraint(track, pods, spread) for _, spread in sorted(said.items())]
    return {"topologySpreadConstraints": constraints} if constraints else {}


def _own_constraint(track: Track, pods: dict[str, Any], spread: TopologySpread) -> dict[str, Any]:
    return {
        **_constraint(track, pods, traced(spread.topology_key, spread.at("topologyKey"))),
        "maxSkew": traced(spread.max_skew, spread.at("maxSkew")),
        "whenUnsatisfiable": traced(spread.when_unsatisfiable, spread.at("whenUnsatisfiable")),
    }


def _constraint(track: Track, pods: dict[str, Any], topology: Any) -> dict[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": pods},
        "matchLabelKeys": [_REVISION[track.kind]],
    }

"""The container of a track: image, environment, resources, probes.

Owns every field of it but mounts. Its defaults satisfy Pod Security `restricted`
(https://kubernetes.io/docs/concepts/security/pod-security-standards/). Must not know the pod around it.
"""

from __future__ import annotations

from typing import Any

from gitramp.expand.storage import mounts
from gitramp.model import Probe, ResourceList, Service, Track
from gitramp.resource import traced


def container(service: Service, track: Track) -> dict[str, Any]:
    """Return the container that the track is about; it has the service's name."""
    port = {
        "name": traced(track.protocol, track.at("protocol")),
        "containerPort": traced(track.port, track.at("port")),
        "protocol": "TCP",
    }
    return {
        "name": service.name,
        "image": traced(track.image, track.at("image")),
        "ports": [port],
        **_env(track),
        **_resources(track),
        **_probes(track),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        **mounts(track),
    }


def _env(track: Track) -> dict[str, Any]:
    variables = [
        {
            "name": traced(name, track.at("env", name), how="its key in env"),
            "value": traced(value, track.at("env", name)),
        }
        for name, value in sorted(track.env.items())
    ]
    return {"env": variables} if variables else {}


def _resources(track: Track) -> dict[str, Any]:
    lists = {"requests": track.resources.requests, "limits": track.resources.limits}
    said = {name: amounts for name, listed in lists.items() if (amounts := _amounts(listed))}
    return {"resources": said} if said else {}


def _amounts(listed: ResourceList) -> dict[str, Any]:
    amounts = {"cpu": listed.cpu, "ephemeral-storage": listed.ephemeral_storage, "memory": listed.memory}
    return {name: traced(amount, listed.at(name)) for name, amount in amounts.items() if amount is not None}


def _probes(track: Track) -> dict[str, Any]:
    probes = {
        "startupProbe": track.probes.startup,
        "livenessProbe": track.probes.liveness,
        "readinessProbe": track.probes.readiness,
    }
    return {name: _probe(probe, track) for name, probe in probes.items() if probe is not None}


def _probe(probe: Probe, track: Track) -> dict[str, Any]:
    # The port is a number when it was said: a name would hide from the reader which port is asked.
    port = (
        traced(track.protocol, track.at("port"), how="the workload's port")
        if probe.port is None
        else traced(probe.port, probe.at("port"))
    )
    delay = {"initialDelaySeconds": traced(probe.initial_delay_seconds, probe.at("initialDelaySeconds"))}
    return {
        "httpGet": {"path": traced(probe.path, probe.at("path")), "port": port},
        **(delay if probe.initial_delay_seconds else {}),
        "periodSeconds": traced(probe.period_seconds, probe.at("periodSeconds")),
        "timeoutSeconds": traced(probe.timeout_seconds, probe.at("timeoutSeconds")),
        "failureThreshold": traced(probe.failure_threshold, probe.at("failureThreshold")),
    }

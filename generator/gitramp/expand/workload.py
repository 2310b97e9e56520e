"""What runs of a track: ServiceAccount, ConfigMap, Deployment and Service in the track's namespace.

Owns the pod template; every field of a Deployment is written here. The defaults satisfy Pod Security `restricted`
(https://kubernetes.io/docs/concepts/security/pod-security-standards/). Must not know routing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.model import Environment, Probe, ResourceList, Service, Track
from gitramp.resource import Manifest, traced

CONFIG_VOLUME = "config"
_VOLUME_NAME = "its key in volumes"


def workload(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield the objects that run one track and give it an address."""
    yield _service_account(environment, service, track)
    if track.config is not None:
        yield _config_map(environment, service, track)
    yield _deployment(environment, service, track)
    yield _service(environment, service, track)


def metadata(environment: Environment, service: Service, track: Track) -> dict[str, Any]:
    """Return the metadata of an object of a track."""
    return {
        "name": traced(service.name, service.pointer, how="the name of the service"),
        "namespace": traced(environment.track_namespace(track), track.at("namespace"), how=kinds.TRACK_NAMESPACE),
        "labels": kinds.track_labels(service, track),
    }


def _service_account(environment: Environment, service: Service, track: Track) -> Manifest:
    tree = {"metadata": metadata(environment, service, track), "automountServiceAccountToken": False}
    return Manifest.of(kinds.SERVICE_ACCOUNT, tree, track.pointer, service.name)


def _config_map(environment: Environment, service: Service, track: Track) -> Manifest:
    assert track.config is not None
    tree = {
        "metadata": metadata(environment, service, track),
        "data": traced(dict(sorted(track.config.files.items())), track.config.at("files")),
    }
    return Manifest.of(kinds.CONFIG_MAP, tree, track.pointer, service.name)


def _service(environment: Environment, service: Service, track: Track) -> Manifest:
    tree = {
        "metadata": metadata(environment, service, track),
        "spec": {"selector": kinds.selector(service), "ports": [service_port(track)]},
    }
    return Manifest.of(kinds.SERVICE, tree, track.pointer, service.name)


def service_port(track: Track) -> dict[str, Any]:
    """Return the port that a track's Service, and the apex, offer.

    Istio takes the protocol from `appProtocol` before the port's name; both say it.
    """
    protocol = traced(track.protocol, track.at("protocol"))
    return {
        "name": protocol,
        "port": traced(track.service_port, track.at("servicePort")),
        "targetPort": protocol,
        "protocol": "TCP",
        "appProtocol": protocol,
    }


def _deployment(environment: Environment, service: Service, track: Track) -> Manifest:
    # An autoscaler owns the number of pods: `replicas` beside it would set them back at every sync.
    replicas = {} if track.autoscaling else {"replicas": traced(track.replicas, track.at("replicas"))}
    spec = {
        **replicas,
        "selector": {"matchLabels": kinds.selector(service)},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        "template": {
            "metadata": {"labels": kinds.track_labels(service, track), **_annotations(track)},
            "spec": _pod(service, track),
        },
    }
    tree = {"metadata": metadata(environment, service, track), "spec": spec}
    return Manifest.of(kinds.DEPLOYMENT, tree, track.pointer, service.name)


def _annotations(track: Track) -> dict[str, Any]:
    """Return the digest of the config files, so that a change of them restarts the pods."""
    if track.config is None:
        return {}
    digest = hashlib.sha256(json.dumps(dict(track.config.files), sort_keys=True).encode()).hexdigest()
    checksum = traced(digest[:32], track.config.at("files"), how="SHA-256 of config.files")
    return {"annotations": {"gitramp/config-checksum": checksum}}


def _pod(service: Service, track: Track) -> dict[str, Any]:
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
        "containers": [_container(service, track)],
        **_volumes(service, track),
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


def _container(service: Service, track: Track) -> dict[str, Any]:
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
        **_mounts(track),
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


def _mounts(track: Track) -> dict[str, Any]:
    mounts: list[dict[str, Any]] = []
    if track.config is not None:
        path = traced(track.config.mount_path, track.config.at("mountPath"))
        mounts.append({"name": CONFIG_VOLUME, "mountPath": path, "readOnly": True})
    for name, volume in sorted(track.volumes.items()):
        mounts.append(
            {
                "name": traced(name, volume.pointer, how=_VOLUME_NAME),
                "mountPath": traced(volume.mount_path, volume.at("mountPath")),
            }
        )
    return {"volumeMounts": mounts} if mounts else {}


def _volumes(service: Service, track: Track) -> dict[str, Any]:
    volumes: list[dict[str, Any]] = []
    if track.config is not None:
        volumes.append({"name": CONFIG_VOLUME, "configMap": {"name": service.name}})
    for name, volume in sorted(track.volumes.items()):
        said = {"medium": volume.empty_dir.medium, "sizeLimit": volume.empty_dir.size_limit}
        empty = {key: traced(value, volume.empty_dir.at(key)) for key, value in said.items() if value}
        volumes.append({"name": traced(name, volume.pointer, how=_VOLUME_NAME), "emptyDir": empty})
    return {"volumes": volumes} if volumes else {}

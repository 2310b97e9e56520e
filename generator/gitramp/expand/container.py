"""The containers of a track: its own, those that prepare it, and those beside it.

Owns every field of a container; what fills `env`, probes and mounts is in modules of its own. The defaults satisfy Pod
Security `restricted` (https://kubernetes.io/docs/concepts/security/pod-security-standards/). Must not know the pod.
"""

from __future__ import annotations

from typing import Any

from gitramp.expand.environ import environ
from gitramp.expand.probing import lifecycle, probing
from gitramp.expand.storage import mounts
from gitramp.model import Job, PodTemplate, Port, ResourceList, Resources, Service, Track
from gitramp.model.container import Container, SideContainer
from gitramp.resource import Traced, traced


def containers(own: dict[str, Any], template: PodTemplate) -> dict[str, Any]:
    """Return the containers of a pod, as fields of it: its own, those that prepare it, and those beside it.

    What runs beside it is a native sidecar, an init container that is restarted: it is there before the
    first request and after the last. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """
    before = [_side(side) for _, side in sorted(template.init_containers.items())]
    before += [{**_side(side), "restartPolicy": "Always"} for _, side in sorted(template.sidecars.items())]
    return {**({"initContainers": before} if before else {}), "containers": [own]}


def server(service: Service, track: Track) -> dict[str, Any]:
    """Return a track's own container."""
    number = traced(track.port, track.at("port"))
    asked = traced(track.protocol, track.at("port"), how="the workload's port")
    return {
        "name": service.name,
        **_process(track),
        "ports": [_port(track, port) for port in track.every_port],
        **environ(track),
        **_resources(track.resources),
        **probing(track.probes, asked, number),
        **lifecycle(track.lifecycle, asked),
        "securityContext": dict(_RESTRICTED),
        **mounts(track.config, track, track.volume_claims.values()),
    }


def runner(track: Track, job: Job) -> dict[str, Any]:
    """Return a job's own container, which finds the config files of its track."""
    return {
        "name": traced(job.name, job.pointer, how="its key"),
        **_process(job),
        **environ(job),
        **_resources(job.resources),
        "securityContext": dict(_RESTRICTED),
        **mounts(track.config, job),
    }


def _port(track: Track, port: Port) -> dict[str, Any]:
    return {"name": port_name(track, port), "containerPort": traced(port.port, port.at("port")), "protocol": "TCP"}


def port_name(track: Track, port: Port) -> Traced:
    """Return the name under which a container and its Services know a port."""
    main = port.pointer == track.pointer
    return traced(port.name, port.at("protocol")) if main else traced(port.name, port.pointer, how="its key in ports")


def _side(side: SideContainer) -> dict[str, Any]:
    user = {} if side.run_as_user is None else {"runAsUser": traced(side.run_as_user, side.at("runAsUser"))}
    folders = [
        {"name": volume, "mountPath": traced(folder, side.at("mounts", volume))}
        for volume, folder in sorted(side.mounts.items())
    ]
    ports = [
        {"name": name, "containerPort": traced(listens, side.at("ports", name)), "protocol": "TCP"}
        for name, listens in sorted(side.ports.items())
    ]
    unsaid = traced(0, side.at("ports"))  # GR321 asks every probe for a port of its own
    return {
        "name": traced(side.name, side.pointer, how="its key"),
        **_process(side),
        **({"ports": ports} if ports else {}),
        **environ(side),
        **_resources(side.resources),
        **probing(side.probes, unsaid, unsaid),
        "securityContext": {**user, **_RESTRICTED},
        **({"volumeMounts": folders} if folders else {}),
    }


_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def _process(container: Container) -> dict[str, Any]:
    policy = container.image_pull_policy
    lists = {"command": container.command, "args": container.args}
    return {
        "image": traced(container.image.text, container.image.pointer),
        **({"imagePullPolicy": traced(policy, container.at("imagePullPolicy"))} if policy else {}),
        **{name: traced(list(said), container.at(name)) for name, said in lists.items() if said},
    }


def _resources(resources: Resources) -> dict[str, Any]:
    lists = {"requests": resources.requests, "limits": resources.limits}
    said = {name: amounts for name, listed in lists.items() if (amounts := amounts_of(listed))}
    return {"resources": said} if said else {}


def amounts_of(listed: ResourceList) -> dict[str, Any]:
    """Return amounts of resources as Kubernetes lists them."""
    amounts = {"cpu": listed.cpu, "ephemeral-storage": listed.ephemeral_storage, "memory": listed.memory}
    return {name: traced(amount, listed.at(name)) for name, amount in amounts.items() if amount is not None}

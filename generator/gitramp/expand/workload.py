"""What runs of a track: ServiceAccount, ConfigMap, Deployment and Service in the track's namespace.

Owns every field of a Deployment but its pods. Must not know routing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.container import port_name
from gitramp.expand.pod import automounted, drain, pod
from gitramp.model import Environment, Port, Service, Track
from gitramp.resource import Manifest, Traced, traced


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
        "name": _name(environment, service, track),
        "namespace": traced(
            environment.track_namespace(service, track), track.at("namespace"), how=kinds.TRACK_NAMESPACE
        ),
        "labels": kinds.track_labels(service, track),
        **kinds.track_annotations(track),
    }


def _name(environment: Environment, service: Service, track: Track) -> Traced:
    if environment.shares_namespace(service, track):
        name = environment.track_object(service, track)
        return traced(name, service.pointer, track.pointer, how="the names of service and track")
    return traced(service.name, service.pointer, how="the name of the service")


def _service_account(environment: Environment, service: Service, track: Track) -> Manifest:
    account = track.service_account
    known = metadata(environment, service, track)
    own = {name: traced(value, account.at("annotations", name)) for name, value in sorted(account.annotations.items())}
    together = {"annotations": {**known.get("annotations", {}), **own}} if own else {}
    tree = {"metadata": {**known, **together}, "automountServiceAccountToken": automounted(track)}
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
        "spec": {"selector": kinds.selector(environment, service, track), "ports": service_ports(track)},
    }
    return Manifest.of(kinds.SERVICE, tree, track.pointer, service.name)


def service_ports(track: Track) -> list[dict[str, Any]]:
    """Return the ports that a track's Service offers.

    Istio takes the protocol from `appProtocol` before the port's name; the main port's name says it too.
    """
    return [_service_port(port, port_name(track, port)) for port in track.every_port]


def _service_port(port: Port, name: Traced) -> dict[str, Any]:
    return {
        "name": name,
        "port": traced(port.offered, port.at("port" if port.service_port is None else "servicePort")),
        "targetPort": name,
        "protocol": "TCP",
        "appProtocol": traced(port.protocol, port.at("protocol")),
    }


def _deployment(environment: Environment, service: Service, track: Track) -> Manifest:
    # An autoscaler owns the number of pods: `replicas` beside it would set them back at every sync.
    replicas = {} if track.autoscaling else {"replicas": traced(track.replicas, track.at("replicas"))}
    spec = {
        **replicas,
        "selector": {"matchLabels": kinds.selector(environment, service, track)},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        "template": {
            "metadata": {"labels": kinds.track_labels(service, track), **_annotations(environment, track)},
            "spec": pod(environment, service, track),
        },
    }
    tree = {"metadata": metadata(environment, service, track), "spec": spec}
    return Manifest.of(kinds.DEPLOYMENT, tree, track.pointer, service.name)


def _annotations(environment: Environment, track: Track) -> dict[str, Any]:
    """Return the annotations of pods: those said, the digest of the config files, and how the sidecar ends.

    The digest restarts the pods when the files change.
    """
    said: dict[str, Any] = {
        name: traced(value, track.at("podAnnotations", name)) for name, value in sorted(track.pod_annotations.items())
    }
    if track.config is not None:
        digest = hashlib.sha256(json.dumps(dict(track.config.files), sort_keys=True).encode()).hexdigest()
        checksum = traced(digest[:32], track.config.at("files"), how="SHA-256 of config.files")
        said["gitramp/config-checksum"] = checksum
    drained = drain(track) if environment.platform.mesh == "sidecar" else None
    if drained is not None:
        seconds, origin = drained
        proxy = Traced(f"terminationDrainDuration: {seconds}s", origin.pointers, origin.how)
        said["proxy.istio.io/config"] = proxy
    return {"annotations": said} if said else {}

"""What runs of a track: ServiceAccount, ConfigMap, Deployment and Service in the track's namespace.

Owns every field of a Deployment but its pods. Must not know routing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.pod import automounted, drain, pod
from gitramp.model import Environment, Service, Track
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
        "name": traced(service.name, service.pointer, how="the name of the service"),
        "namespace": traced(environment.track_namespace(track), track.at("namespace"), how=kinds.TRACK_NAMESPACE),
        "labels": kinds.track_labels(service, track),
        **kinds.track_annotations(track),
    }


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
            "spec": pod(service, track),
        },
    }
    tree = {"metadata": metadata(environment, service, track), "spec": spec}
    return Manifest.of(kinds.DEPLOYMENT, tree, track.pointer, service.name)


def _annotations(track: Track) -> dict[str, Any]:
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
    drained = drain(track)
    if drained is not None:
        seconds, origin = drained
        proxy = Traced(f"terminationDrainDuration: {seconds}s", origin.pointers, origin.how)
        said["proxy.istio.io/config"] = proxy
    return {"annotations": said} if said else {}

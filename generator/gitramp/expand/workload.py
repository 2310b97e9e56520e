"""What a track's pods need and are known by: ServiceAccount, ConfigMap and Service in the track's namespace.

Owns the metadata of a track's objects. Must not know the pods, nor routing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.container import port_name
from gitramp.expand.pod import automounted
from gitramp.model import Config, Environment, Port, Service, Track
from gitramp.resource import Manifest, Traced, traced


def workload(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield the objects around the pods of one track."""
    yield _service_account(environment, service, track)
    if track.config is not None:
        yield _config_map(environment, service, track)
    yield _service(environment, service, track)
    if track.kind == "StatefulSet":
        yield _headless(environment, service, track)


def metadata(environment: Environment, service: Service, track: Track) -> dict[str, Any]:
    """Return the metadata of an object of a track."""
    return {
        "name": _name(environment, service, track),
        "namespace": namespaced(environment, service, track),
        "labels": kinds.track_labels(service, track),
        **kinds.own_annotations(track),
    }


def namespaced(environment: Environment, service: Service, track: Track) -> Traced:
    """Return the namespace of an object of a track."""
    name = environment.track_namespace(service, track)
    return traced(name, track.at("namespace"), how=kinds.TRACK_NAMESPACE)


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
    tree = {"metadata": metadata(environment, service, track), **config_files(environment, track.config)}
    return Manifest.of(kinds.CONFIG_MAP, tree, track.pointer, service.name)


def config_files(environment: Environment, config: Config) -> dict[str, Any]:
    """Return config files as a ConfigMap holds them: text as it is, what is no UTF-8 in base64."""
    texts: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, said in sorted(config.files.items()):
        content = environment.content(said) or b""
        origin, how = (said.at("text"), "") if said.text is not None else (said.at("file"), f"the file {said.file}")
        try:
            texts[name] = traced(content.decode(), origin, how=how)
        except UnicodeDecodeError:
            others[name] = traced(base64.b64encode(content).decode(), origin, how=f"{how} in base64")
    return {"data": traced(texts, config.at("files")), **({"binaryData": others} if others else {})}


def checksum(environment: Environment, config: Config) -> dict[str, Any]:
    """Return the annotation by which pods start anew when their config files change."""
    contents = {name: environment.content(said) or b"" for name, said in config.files.items()}
    texts = {name: content.decode("utf-8", "surrogateescape") for name, content in contents.items()}
    digest = hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()
    return {"gitramp/config-checksum": traced(digest[:32], config.at("files"), how="SHA-256 of config.files")}


def headless_name(environment: Environment, service: Service, track: Track) -> str:
    """Return the name of the Service under which each pod of a StatefulSet has a name of its own."""
    return f"{environment.track_object(service, track)}-headless"


def _headless(environment: Environment, service: Service, track: Track) -> Manifest:
    named = metadata(environment, service, track)
    name = headless_name(environment, service, track)
    spec = {
        "clusterIP": "None",
        # The pods have to find each other before they can be ready.
        "publishNotReadyAddresses": True,
        "selector": kinds.selector(environment, service, track),
        "ports": service_ports(track),
    }
    tree = {"metadata": named | {"name": traced(name, track.at("kind"), how="track + -headless")}, "spec": spec}
    return Manifest.of(kinds.SERVICE, tree, track.pointer, service.name)


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

"""Secrets that External Secrets Operator makes from a store.

Owns ExternalSecret. Must not know who reads the secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.workload import namespaced
from gitramp.model import Environment, Service
from gitramp.model.external_secret import ExternalSecret, RemoteKey
from gitramp.resource import Manifest, Traced, traced


def external_secrets(environment: Environment, service: Service) -> Iterator[Manifest]:
    """Yield a service's secrets, once for each namespace that its tracks are in."""
    tracks = service.tracks.values()
    namespaces = {environment.track_namespace(service, each): namespaced(environment, service, each) for each in tracks}
    for namespace in namespaces.values():
        for secret in service.external_secrets.values():
            yield _external_secret(service, secret, namespace)


def _external_secret(service: Service, secret: ExternalSecret, namespace: Traced) -> Manifest:
    name = traced(secret.name, secret.pointer, how="its key in externalSecrets")
    keys = [
        {"secretKey": traced(key, remote.pointer, how="its key"), "remoteRef": _remote(remote)}
        for key, remote in sorted(secret.keys.items())
    ]
    extract = secret.extract
    spec = {
        "refreshInterval": traced(secret.refresh_interval, secret.at("refreshInterval")),
        "secretStoreRef": {
            "name": traced(secret.store, secret.at("store")),
            "kind": traced(secret.store_kind, secret.at("storeKind")),
        },
        "target": {"name": name, "creationPolicy": "Owner"},
        **({"data": keys} if keys else {}),
        **({"dataFrom": [{"extract": {"key": traced(extract, secret.at("extract"))}}]} if extract else {}),
    }
    metadata = {"name": name, "namespace": namespace, "labels": kinds.service_labels(service)}
    return Manifest.of(kinds.EXTERNAL_SECRET, {"metadata": metadata, "spec": spec}, secret.pointer, service.name)


def _remote(remote: RemoteKey) -> dict[str, Any]:
    said = {"key": remote.of_key, "property": remote.property, "version": remote.version}
    return {name: traced(value, remote.at(name)) for name, value in said.items() if value is not None}

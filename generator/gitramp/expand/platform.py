"""Objects of the environment itself: Namespaces with their policies.

Owns injection, Pod Security and mutual TLS. Must not know what runs in the namespaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.model import Environment
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, traced


def namespaces(environment: Environment) -> Iterator[Manifest]:
    """Yield each namespace that services use, with a PeerAuthentication that refuses plain text in it."""
    owners: dict[str, Pointer] = {}
    if environment.services:
        owners[environment.namespaces.apex] = environment.namespaces.at("apex")
    for service in environment.services.values():
        for track in service.tracks.values():
            owners.setdefault(environment.track_namespace(service, track), track.pointer)
    for name, owner in owners.items():
        yield Manifest.of(kinds.NAMESPACE, {"metadata": {"name": name, "labels": _labels(environment, name)}}, owner)
        yield _strict_mutual_tls(name, owner)


def _labels(environment: Environment, name: str) -> dict[str, Any]:
    level = traced(environment.namespaces.pod_security, environment.namespaces.at("podSecurity"))
    version = environment.platform.at("kubernetes")
    pinned = traced(f"v{environment.platform.kubernetes}", version, how="v + platform.kubernetes")
    return {
        "app.kubernetes.io/name": name,
        **kinds.MANAGED,
        "istio-injection": "enabled",
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/enforce-version": pinned,
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": pinned,
    }


def _strict_mutual_tls(namespace: str, owner: Pointer) -> Manifest:
    # Named "default" as Istio's own documentation does: a namespace has one policy without a selector, and of
    # several the oldest would win by luck.
    metadata = {"name": "default", "namespace": namespace, "labels": dict(kinds.MANAGED)}
    return Manifest.of(kinds.PEER_AUTHENTICATION, {"metadata": metadata, "spec": {"mtls": {"mode": "STRICT"}}}, owner)

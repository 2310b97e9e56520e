"""Objects of the environment itself: Namespaces with their policies.

Owns injection, Pod Security and mutual TLS. Must not know what runs in the namespaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.gateway_api import WAYPOINT
from gitramp.model import Environment
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, Traced, traced


def namespaces(environment: Environment) -> Iterator[Manifest]:
    """Yield each namespace that services use, with a PeerAuthentication that refuses plain text in it."""
    owners: dict[str, Pointer] = {}
    if environment.services:
        owners[environment.namespaces.apex] = environment.namespaces.at("apex")
    for service in environment.services.values():
        for track in service.tracks.values():
            owners.setdefault(environment.track_namespace(service, track), track.pointer)
    for name, owner in owners.items():
        metadata = {"name": name, "labels": _labels(environment, name), **kinds.own_annotations(environment.namespaces)}
        yield Manifest.of(kinds.NAMESPACE, {"metadata": metadata}, owner)
        if environment.platform.mesh != "none":
            yield _strict_mutual_tls(name, owner)


def _labels(environment: Environment, name: str) -> dict[str, Any]:
    level = _level(environment, name)
    version = environment.platform.at("kubernetes")
    pinned = traced(f"v{environment.platform.kubernetes}", version, how="v + platform.kubernetes")
    return {
        "app.kubernetes.io/name": name,
        **kinds.MANAGED,
        **_mesh(environment, name),
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/enforce-version": pinned,
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": pinned,
        **kinds.own_labels(environment.namespaces),
    }


def _level(environment: Environment, name: str) -> Traced:
    """Return the Pod Security level of a namespace: what is said, but for the proxies that Istio starts in one.

    They satisfy `restricted` except for its seccomp profile: https://github.com/istio/istio/issues/56383
    """
    said, at = environment.namespaces.pod_security, environment.namespaces.at("podSecurity")
    if said == "restricted" and name == environment.namespaces.apex and _holds_proxies(environment):
        return traced("baseline", at, how="restricted, but for Istio's own proxies in the namespace")
    return traced(said, at)


def _holds_proxies(environment: Environment) -> bool:
    if environment.platform.mesh == "ambient":
        return True
    own = (gateway for gateway in environment.gateways.values() if not gateway.ref)
    here = any(environment.gateway_namespace(gateway) == environment.namespaces.apex for gateway in own)
    return environment.platform.ingress == "gateway-api" and here


def _mesh(environment: Environment, name: str) -> dict[str, Any]:
    """Return the labels by which pods of a namespace are part of the mesh."""
    mesh, said = environment.platform.mesh, environment.platform.at("mesh")
    if mesh == "none":
        return {}
    if mesh == "sidecar":
        return {"istio-injection": "enabled"}
    waypoint = {"istio.io/use-waypoint": WAYPOINT} if name == environment.namespaces.apex else {}
    return {"istio.io/dataplane-mode": traced("ambient", said), **waypoint}


def _strict_mutual_tls(namespace: str, owner: Pointer) -> Manifest:
    # Named "default" as Istio's own documentation does: a namespace has one policy without a selector, and of
    # several the oldest would win by luck.
    metadata = {"name": "default", "namespace": namespace, "labels": dict(kinds.MANAGED)}
    return Manifest.of(kinds.PEER_AUTHENTICATION, {"metadata": metadata, "spec": {"mtls": {"mode": "STRICT"}}}, owner)

"""How callers prove who they are: the exceptions from mutual TLS.

Owns PeerAuthentication with a selector; the STRICT one of each namespace is `platform`'s. Must not know who may call.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.expand import kinds
from gitramp.expand.workload import metadata
from gitramp.model import Environment, Service, Track
from gitramp.resource import Manifest, traced


def port_exceptions(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield the PeerAuthentication that lets plain text in on the ports that are exceptions, and on no other.

    A mode for a port needs a selector, and means the port of the workload, not that of the Service:
    https://istio.io/latest/docs/reference/config/security/peer_authentication/
    """
    exceptions = sorted(service.port_level_mtls.values(), key=lambda each: int(each.name))
    if not exceptions:
        return
    reasons = {f"gitramp/mtls-exception-{each.name}": traced(each.reason, each.at("reason")) for each in exceptions}
    ports = {each.name: traced({"mode": traced(each.mode, each.at("mode"))}, each.pointer) for each in exceptions}
    spec = {
        "selector": {"matchLabels": kinds.selector(environment, service, track)},
        "mtls": {"mode": "STRICT"},
        "portLevelMtls": ports,
    }
    named = kinds.with_suffix(metadata(environment, service, track), "ports")
    named = {**named, "annotations": {**named.get("annotations", {}), **reasons}}
    yield Manifest.of(kinds.PEER_AUTHENTICATION, {"metadata": named, "spec": spec}, service.pointer, service.name)

"""GR963: a sidecar ends TLS in the ways that it can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects, mesh_protocols, server_tls
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR963",
    "TLS of a sidecar that istiod refuses",
    "A sidecar reads its certificates from files, redirects nobody, and ends the mesh's own TLS without being told; so "
    "most of what a Gateway can say it cannot.",
    "say mode SIMPLE or MUTUAL with files, for a port whose protocol is HTTPS or TLS",
    source="https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioIngressListener",
)
_OF_GATEWAYS = ("subjectAltNames", "httpsRedirect", "credentialName", "credentialNames", "tlsCertificates")
_OF_MESH = {"ISTIO_MUTUAL", "AUTO_PASSTHROUGH"}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each setting of an ingress listener's TLS that only a Gateway has."""
    for at, listener in mappings(manifest.body, "spec", "ingress", EACH):
        if isinstance(tls := listener.get("tls"), dict):
            for message, below in _faults(tls, body.text(listener, "port", "protocol")):
                yield Breach(message, (*at, "tls", *below), manifest)


def _faults(tls: Any, protocol: str) -> Iterator[tuple[str, Pointer]]:
    yield from ((f"a sidecar has no {field}", (field,)) for field in _OF_GATEWAYS if tls.get(field))
    if (mode := server_tls.mode(tls)) in _OF_MESH:
        yield f"a sidecar has no mode {mode}", ("mode",)
    if not mesh_protocols.is_tls(protocol):
        yield f"a port for {show(protocol) if protocol else 'any protocol'} has no TLS to end", ()


RULE = ObjectRule(CODE, frozenset({mesh_objects.SIDECAR}), find)

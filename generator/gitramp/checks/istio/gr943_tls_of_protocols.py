"""GR943: a server says how it ends TLS where its protocol has TLS, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects, mesh_protocols, server_tls
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR943",
    "TLS that does not go with the protocol",
    "Under HTTPS and TLS a server has to know what to do with a handshake. HTTP has none, so all that its tls may say "
    "is httpsRedirect.",
    "choose the protocol HTTPS or TLS and say tls, or another one without",
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
)
_CERTIFICATES = ("caCertificates", "privateKey", "serverCertificate")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each server with TLS in only one of protocol and settings."""
    for at, server in mappings(manifest.body, "spec", "servers", EACH):
        protocol, tls = body.text(server, "port", "protocol"), body.field(server, "tls")
        if mesh_protocols.is_tls(protocol):
            if not isinstance(tls, dict):
                yield Breach(f"a server for {protocol} says no tls", at, manifest)
        elif isinstance(tls, dict) and mesh_protocols.is_known(protocol) and not _only_redirects(protocol, tls):
            yield Breach(f"a server for {protocol} ends TLS", (*at, "tls"), manifest)


def _only_redirects(protocol: str, tls: Any) -> bool:
    ends_none = server_tls.mode(tls) in server_tls.PASSED_ON and not any(body.text(tls, f) for f in _CERTIFICATES)
    return mesh_protocols.is_http(protocol) and ends_none


RULE = ObjectRule(CODE, frozenset({mesh_objects.GATEWAY}), find)

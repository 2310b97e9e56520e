"""GR947: only a server for HTTP sends clients to HTTPS."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, mesh_protocols
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR947",
    "a redirect to HTTPS where no HTTP is",
    "httpsRedirect answers requests in plain text. Other protocols have none, and those who come by HTTPS are there "
    "already.",
    "say httpsRedirect on the server of port 80",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each redirect on a server whose protocol is not HTTP."""
    for at, server in mappings(manifest.body, "spec", "servers", EACH):
        protocol = body.text(server, "port", "protocol")
        redirects = body.field(server, "tls", "httpsRedirect") is True
        if redirects and isinstance(body.field(server, "port"), dict) and not mesh_protocols.is_http(protocol):
            yield Breach("httpsRedirect is for HTTP only", (*at, "tls", "httpsRedirect"), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.GATEWAY}), find)

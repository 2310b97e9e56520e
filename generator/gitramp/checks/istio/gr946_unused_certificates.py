"""GR946: who passes TLS on has no certificates."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import mesh_objects, server_tls
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR946",
    "certificates that a server does not use",
    "Under PASSTHROUGH, which holds where no mode is said, the proxy hands a connection on as it is: clients see the "
    "certificate of the workload behind it.",
    "say mode: SIMPLE or MUTUAL to end TLS at the proxy, or remove the certificates",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode",
)
_CERTIFICATES = (
    "serverCertificate",
    "privateKey",
    "caCertificates",
    "caCrl",
    "credentialName",
    "credentialNames",
    "tlsCertificates",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each server that has certificates and passes TLS on."""
    for at, tls in server_tls.settings(manifest):
        said = [field for field in _CERTIFICATES if tls.get(field)]
        if said and (mode := server_tls.mode(tls)) in server_tls.PASSED_ON:
            yield Breach(f"mode {mode} does not use {said[0]}", (*at, said[0]), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.GATEWAY, mesh_objects.SIDECAR}), find)

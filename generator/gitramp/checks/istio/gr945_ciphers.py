"""GR945: the ciphers of a server are ones that its proxy has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects, server_tls
from gitramp.checks.fields import EACH, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR945",
    "ciphers that a server does not use",
    "The proxy passes over ciphers that it does not know and those said twice; and of its own it has none for versions "
    "of TLS below 1.2, so no client of those gets through.",
    "name ciphers that Envoy has, each once",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
)
_CIPHERS = """
    ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384
    ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305 ECDHE-ECDSA-AES128-SHA ECDHE-RSA-AES128-SHA
    ECDHE-ECDSA-AES256-SHA ECDHE-RSA-AES256-SHA AES128-GCM-SHA256 AES256-GCM-SHA384 AES128-SHA AES256-SHA DES-CBC3-SHA
"""
_KNOWN = {"", "ALL", *_CIPHERS.split()}
_OLD = {"TLSV1_0", "TLSV1_1"}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each cipher that is unknown or said twice, and each old version without ciphers."""
    for at, tls in server_tls.settings(manifest):
        for message, below in _faults(tls):
            yield Breach(message, (*at, *below), manifest)


def _faults(tls: Any) -> Iterator[tuple[str, Pointer]]:
    oldest = body.text(tls, "minProtocolVersion")
    if oldest in _OLD and not any(body.items(tls, "cipherSuites")):
        yield f"{oldest} is allowed, and there are no ciphers for it", ("minProtocolVersion",)
    seen: set[str] = set()
    for at, cipher in texts(tls, "cipherSuites", EACH):
        # What starts with a sign, such as - or [, is an expression over ciphers.
        if cipher not in _KNOWN and cipher[0].isalnum():
            yield f"Envoy knows no cipher {show(cipher)}", at
        elif cipher in seen:
            yield f"cipher {show(cipher)} is said twice", at
        seen.add(cipher)


RULE = ObjectRule(CODE, frozenset({mesh_objects.GATEWAY, mesh_objects.SIDECAR}), find)

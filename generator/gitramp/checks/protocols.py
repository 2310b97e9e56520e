"""Which protocol a port of a Service speaks, as the mesh reads it.

Owns the order of the three ways to say it: `appProtocol`, the first part of the name, a few well-known numbers. Must
not know any rule. https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
"""

from __future__ import annotations

from typing import Any

from gitramp import body

HTTP = frozenset({"http", "http2", "grpc", "grpc-web"})
BYTES = frozenset({"tcp", "tls", "https", "mongo", "mysql", "redis", "udp"})
"""Protocols whose requests a proxy does not see one by one."""
_KNOWN = HTTP | BYTES
_STANDARD = {"kubernetes.io/h2c": "http2", "kubernetes.io/ws": "http", "kubernetes.io/wss": "https"}
# Where guessing would break who waits for the server to speak first.
_NEVER_GUESSED = {25, 53, 3306, 27017}


def service_protocol(port: Any) -> str:
    """Return the protocol of a port of a Service, "" where the mesh has to guess."""
    if body.text(port, "protocol") == "UDP":
        return "udp"
    said = body.text(port, "appProtocol") or body.text(port, "name")
    said = _STANDARD.get(said, said).lower()
    if said.startswith("grpc-web"):
        return "grpc-web"
    word = said.partition("-")[0]
    if word in _KNOWN:
        return word
    return "tcp" if body.number(port, "port") in _NEVER_GUESSED else ""

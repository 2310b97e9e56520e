"""The protocols of ports as Gateways, ServiceEntries and Sidecars name them, in any letter case.

Owns the names: https://istio.io/latest/docs/reference/config/networking/gateway/#Port. Must not know any rule.
"""

from __future__ import annotations

_HTTP = {"http", "http2", "http_proxy", "grpc", "grpc-web"}
_TLS = {"https", "tls"}
_BYTES = {"tcp", "udp", "mongo", "redis", "mysql"}


def is_known(protocol: str) -> bool:
    """Whether it is one that the mesh knows."""
    return protocol.lower() in _HTTP | _TLS | _BYTES


def is_http(protocol: str) -> bool:
    """Whether the proxies see its requests one by one."""
    return protocol.lower() in _HTTP


def is_tls(protocol: str) -> bool:
    """Whether a client names the host when it opens a connection."""
    return protocol.lower() in _TLS


def is_bytes(protocol: str) -> bool:
    """Whether it runs over TCP and is no HTTP in the clear."""
    return protocol.lower() in (_TLS | _BYTES) - {"udp"}

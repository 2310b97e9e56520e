"""GR933: the limits of a connection pool are some."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects, traffic_policies
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR933",
    "a connection pool that istiod refuses",
    "A limit is not below 0, a keepalive says how often it asks and how long it waits, and a proxy that speaks what "
    "its client speaks cannot be told to speak HTTP/2.",
    "raise the limit, or say what is missing",
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings",
)
_LARGEST = 2**31 - 1
_LIMITS = (
    ("http", "http1MaxPendingRequests"),
    ("http", "http2MaxRequests"),
    ("http", "maxRequestsPerConnection"),
    ("http", "maxRetries"),
    ("http", "maxConcurrentStreams"),
    ("tcp", "maxConnections"),
)
_KEEPALIVE = ("http", "http2KeepAlive")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each limit that cannot be, each half of a keepalive, and each contradiction."""
    for at, pool in traffic_policies.pools(manifest):
        for message, below in (*_limits(pool), *_keepalive(pool)):
            yield Breach(message, (*at, *below), manifest)
        upgraded = body.field(pool, "http", "h2UpgradePolicy") == "UPGRADE"
        if upgraded and body.field(pool, "http", "useClientProtocol") is True:
            message = "h2UpgradePolicy is UPGRADE, and useClientProtocol is true"
            yield Breach(message, (*at, "http", "useClientProtocol"), manifest)


def _limits(pool: Any) -> Iterator[tuple[str, Pointer]]:
    for field in _LIMITS:
        limit = body.number(pool, *field)
        if limit is not None and not 0 <= limit <= _LARGEST:
            yield f"{field[-1]} {limit} is not from 0 to {_LARGEST}", field


def _keepalive(pool: Any) -> Iterator[tuple[str, Pointer]]:
    keepalive = body.field(pool, *_KEEPALIVE)
    for field in ("interval", "timeout") if isinstance(keepalive, dict) else ():
        if keepalive.get(field) is None:
            yield f"http2KeepAlive does not say its {field}", _KEEPALIVE


RULE = ObjectRule(CODE, frozenset({mesh_objects.DESTINATION_RULE, mesh_objects.SIDECAR}), find)

"""How callers' proxies treat the pods of a track.

Owns the vocabulary of DestinationRules. Must not know routes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Placed, key
from gitramp.model.units import DURATION


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlierDetection(Placed):
    """When a pod that answers badly is left out for a while."""

    consecutive_5xx_errors: int = key(
        "Answers of 5xx in a row until the pod is left out.",
        example=5,
        default=5,
        name="consecutive5xxErrors",
        minimum=1,
    )
    interval: str = key("Time between two looks.", example="10s", default="10s", **DURATION)
    base_ejection_time: str = key("Shortest time left out.", example="30s", default="30s", **DURATION)
    max_ejection_percent: int = key(
        "Most pods left out at once, in percent.", example=50, default=50, minimum=0, maximum=100
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionPool(Placed):
    """Limits on what a caller's proxy keeps open to the track."""

    max_connections: int | None = key("Most TCP connections.", example=100, default=None, minimum=1)
    http1_max_pending_requests: int | None = key(
        "Most requests that wait for a connection.", example=64, default=None, minimum=1
    )
    http2_max_requests: int | None = key("Most requests in flight.", example=1000, default=None, minimum=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficPolicy(Placed):
    """How callers' proxies spread requests over the pods of a track; becomes its DestinationRule."""

    load_balancer: Literal["LEAST_REQUEST", "ROUND_ROBIN", "RANDOM"] | None = key(
        "How a pod is chosen.", example="LEAST_REQUEST", default=None
    )
    outlier_detection: OutlierDetection | None = key(
        "Leave out pods that answer badly.", example={"consecutive5xxErrors": 5}, default=None
    )
    connection_pool: ConnectionPool | None = key(
        "Limits on connections and requests.", example={"maxConnections": 100}, default=None
    )

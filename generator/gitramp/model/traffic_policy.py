"""How callers' proxies treat the pods of a track.

Owns the vocabulary of DestinationRules. Must not know routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, Placed, key
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
    consecutive_gateway_errors: int | None = key(
        "Answers of 502, 503 and 504 in a row until the pod is left out.", example=3, default=None, minimum=1
    )
    interval: str = key("Time between two looks.", example="10s", default="10s", **DURATION)
    base_ejection_time: str = key("Shortest time left out.", example="30s", default="30s", **DURATION)
    max_ejection_percent: int = key(
        "Most pods left out at once, in percent.", example=50, default=50, minimum=0, maximum=100
    )
    min_health_percent: int | None = key(
        "Below this share of healthy pods nobody is left out any more.",
        example=30,
        default=None,
        minimum=0,
        maximum=100,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Keepalive(Placed):
    """Probes on idle TCP connections."""

    time: str | None = key("Idle time until the first probe.", example="10m", default=None, **DURATION)
    interval: str | None = key("Time between two probes.", example="75s", default=None, **DURATION)
    probes: int | None = key("Probes without an answer until it is closed.", example=9, default=None, minimum=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionPool(Placed):
    """Limits on what a caller's proxy keeps open to the track."""

    max_connections: int | None = key("Most TCP connections.", example=100, default=None, minimum=1)
    connect_timeout: str | None = key("Time to open a connection.", example="3s", default=None, **DURATION)
    max_connection_duration: str | None = key("Longest life of a connection.", example="1h", default=None, **DURATION)
    keepalive: Keepalive | None = key("Probes on idle connections.", example={"time": "10m"}, default=None)
    http1_max_pending_requests: int | None = key(
        "Most requests that wait for a connection.", example=64, default=None, minimum=1
    )
    http2_max_requests: int | None = key("Most requests in flight.", example=1000, default=None, minimum=1)
    max_requests_per_connection: int | None = key(
        "Requests until a connection is closed; 1 turns keep-alive off.", example=100, default=None, minimum=1
    )
    max_retries: int | None = key("Most retries in flight.", example=3, default=None, minimum=1)
    max_concurrent_streams: int | None = key(
        "Most requests at once on an HTTP/2 connection.", example=100, default=None, minimum=1
    )
    idle_timeout: str | None = key(
        "Time until a connection without requests is closed.", example="15m", default=None, **DURATION
    )
    h2_upgrade_policy: Literal["UPGRADE", "DO_NOT_UPGRADE"] | None = key(
        "Whether HTTP/1.1 is sent as HTTP/2.", example="UPGRADE", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistentHash(Placed):
    """Requests that are alike in one thing go to the same pod; say one of the three."""

    header: str | None = key("Header whose value is looked at.", example="x-user", default=None, minLength=1)
    cookie: str | None = key(
        "Cookie whose value is looked at; set on clients without it.", example="user", default=None, minLength=1
    )
    source_ip: Literal[True] | None = key("The caller's address is looked at.", example=True, default=None)

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that are said: one, once the checks have passed."""
        said = {"header": self.header, "cookie": self.cookie, "sourceIp": self.source_ip}
        return tuple(way for way, value in said.items() if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution(Named):
    """Shares of the requests that come from one place, by the place they go to."""

    to: Mapping[str, int] = key(
        "Place -> percent of the requests, 100 together.",
        example={"europe-west/a/*": 80, "europe-west/b/*": 20},
        minProperties=1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Locality(Placed):
    """Requests stay near; say `failoverPriority`, `failover` or `distribute`, or none to prefer the same zone."""

    failover_priority: tuple[str, ...] = key(
        "Labels of nodes or pods; pods that share the first ones with the caller are preferred.",
        example=["topology.kubernetes.io/region", "topology.kubernetes.io/zone"],
        default=(),
    )
    failover: Mapping[str, str] = key(
        "Region -> region that takes over.", example={"europe-west": "europe-north"}, default={}
    )
    distribute: Mapping[str, Distribution] = key(
        "Place of the caller, as region/zone/subzone -> shares.",
        example={"europe-west/a/*": {"to": {"europe-west/a/*": 80, "europe-west/b/*": 20}}},
        default={},
    )

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that are said: one at most, once the checks have passed."""
        said = {
            "failoverPriority": self.failover_priority,
            "failover": self.failover,
            "distribute": self.distribute,
        }
        return tuple(way for way, value in said.items() if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warmup(Placed):
    """New pods get their share little by little."""

    duration: str = key("Time until a new pod gets its full share.", example="60s", **DURATION)
    minimum_percent: int | None = key(
        "Share of a pod's requests that it gets at once, in percent; 10 unless said.",
        example=10,
        default=None,
        minimum=1,
        maximum=100,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamTls(Placed):
    """TLS that callers' proxies speak to the pods instead of the mesh's own."""

    mode: Literal["ISTIO_MUTUAL", "SIMPLE", "DISABLE"] = key(
        "`ISTIO_MUTUAL` is the mesh's own; `SIMPLE` for pods that end TLS themselves; `DISABLE` is plain text.",
        example="SIMPLE",
    )
    sni: str | None = key("Name asked for in the handshake.", example="search.example.com", default=None, minLength=1)
    subject_alt_names: tuple[str, ...] = key(
        "Names of which the pods' certificate must have one.", example=["search.example.com"], default=()
    )
    ca_certificates: str | None = key(
        "File of the authorities that are trusted, in the proxy's container.",
        example="/etc/ssl/search/ca.pem",
        default=None,
        pattern="^(system|/.+)$",
        x_hint="write the absolute path of a file, or `system`",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficPolicy(Placed):
    """How callers' proxies spread requests over the pods of a track; becomes its DestinationRule."""

    load_balancer: Literal["LEAST_REQUEST", "ROUND_ROBIN", "RANDOM"] | None = key(
        "How a pod is chosen.", example="LEAST_REQUEST", default=None
    )
    consistent_hash: ConsistentHash | None = key(
        "Choose the pod by what requests have in common; it holds within a track, not while a canary takes a weight.",
        example={"header": "x-user"},
        default=None,
    )
    warmup: Warmup | None = key("Spare new pods.", example={"duration": "60s"}, default=None)
    locality: Locality | None = key(
        "Keep requests near; needs `outlierDetection`, which tells when to go further.",
        example={"failoverPriority": ["topology.kubernetes.io/zone"]},
        default=None,
    )
    outlier_detection: OutlierDetection | None = key(
        "Leave out pods that answer badly.", example={"consecutive5xxErrors": 5}, default=None
    )
    connection_pool: ConnectionPool | None = key(
        "Limits on connections and requests.", example={"maxConnections": 100}, default=None
    )
    tls: UpstreamTls | None = key("TLS towards the pods.", example={"mode": "SIMPLE"}, default=None)

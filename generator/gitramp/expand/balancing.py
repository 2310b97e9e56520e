"""How callers' proxies treat the pods of a track: a DestinationRule where the overlay asks for one.

Owns pools, outliers and load balancing. Must not know which requests a track gets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.workload import metadata
from gitramp.model import Environment, Service, Track, TrafficPolicy
from gitramp.model.key import Placed
from gitramp.model.traffic_policy import (
    ConnectionPool,
    ConsistentHash,
    Keepalive,
    Locality,
    OutlierDetection,
    UpstreamTls,
)
from gitramp.resource import Manifest, traced


def destination_rules(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield the rule on how callers spread requests over a track's pods, where the overlay asks for one.

    It lives in the namespace of the Service it is about: a proxy looks there after its own namespace, so a rule
    anywhere else is dead for the ingress gateway.
    """
    policy = track.traffic_policy
    if policy is None:
        return
    parts = {
        "loadBalancer": _load_balancer(policy),
        "connectionPool": policy.connection_pool and _connection_pool(policy.connection_pool),
        "outlierDetection": policy.outlier_detection and _outliers(policy.outlier_detection),
        "tls": policy.tls and _tls(policy.tls),
    }
    said = {name: part for name, part in parts.items() if part}
    if said:
        spec = {"host": environment.host_of(service, track), "trafficPolicy": said}
        tree = {"metadata": metadata(environment, service, track), "spec": spec}
        yield Manifest.of(kinds.DESTINATION_RULE, tree, track.pointer, service.name)


def _said(place: Placed, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that were said, each with its key of the same name."""
    return {name: traced(value, place.at(name)) for name, value in values.items() if value is not None}


def _load_balancer(policy: TrafficPolicy) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if policy.load_balancer is not None:
        said["simple"] = traced(policy.load_balancer, policy.at("loadBalancer"))
    if policy.consistent_hash is not None:
        said["consistentHash"] = _hash(policy.consistent_hash)
    if policy.warmup is not None:
        warm = policy.warmup
        said["warmup"] = _said(warm, {"duration": warm.duration, "minimumPercent": warm.minimum_percent})
    if policy.locality is not None:
        said["localityLbSetting"] = _locality(policy.locality)
    return said


def _hash(said: ConsistentHash) -> dict[str, Any]:
    if said.header is not None:
        return {"httpHeaderName": traced(said.header, said.at("header"))}
    if said.cookie is not None:
        return {"httpCookie": {"name": traced(said.cookie, said.at("cookie")), "ttl": "0s"}}  # for the session
    return {"useSourceIp": traced(said.source_ip, said.at("sourceIp"))}


def _locality(locality: Locality) -> dict[str, Any]:
    on = {"enabled": True}
    if locality.failover_priority:
        return {**on, "failoverPriority": traced(list(locality.failover_priority), locality.at("failoverPriority"))}
    if locality.failover:
        steps = [
            {"from": origin, "to": traced(target, locality.at("failover", origin))}
            for origin, target in sorted(locality.failover.items())
        ]
        return {**on, "failover": steps}
    if locality.distribute:
        shares = [
            {"from": origin, "to": traced(dict(sorted(d.to.items())), d.at("to"))}
            for origin, d in sorted(locality.distribute.items())
        ]
        return {**on, "distribute": shares}
    return on


def _outliers(outliers: OutlierDetection) -> dict[str, Any]:
    return _said(
        outliers,
        {
            "consecutive5xxErrors": outliers.consecutive_5xx_errors,
            "consecutiveGatewayErrors": outliers.consecutive_gateway_errors,
            "interval": outliers.interval,
            "baseEjectionTime": outliers.base_ejection_time,
            "maxEjectionPercent": outliers.max_ejection_percent,
            "minHealthPercent": outliers.min_health_percent,
        },
    )


def _connection_pool(pool: ConnectionPool) -> dict[str, Any]:
    tcp = {
        "maxConnections": pool.max_connections,
        "connectTimeout": pool.connect_timeout,
        "maxConnectionDuration": pool.max_connection_duration,
    }
    http = {
        "http1MaxPendingRequests": pool.http1_max_pending_requests,
        "http2MaxRequests": pool.http2_max_requests,
        "maxRequestsPerConnection": pool.max_requests_per_connection,
        "maxRetries": pool.max_retries,
        "maxConcurrentStreams": pool.max_concurrent_streams,
        "idleTimeout": pool.idle_timeout,
        "h2UpgradePolicy": pool.h2_upgrade_policy,
    }
    limits = {"tcp": {**_said(pool, tcp), **_keepalive(pool.keepalive)}, "http": _said(pool, http)}
    return {layer: said for layer, said in limits.items() if said}


def _keepalive(keepalive: Keepalive | None) -> dict[str, Any]:
    if keepalive is None:
        return {}
    values = {"time": keepalive.time, "interval": keepalive.interval, "probes": keepalive.probes}
    return {"tcpKeepalive": traced(_said(keepalive, values), keepalive.pointer)}


def _tls(tls: UpstreamTls) -> dict[str, Any]:
    names = list(tls.subject_alt_names) or None
    values = {"mode": tls.mode, "sni": tls.sni, "subjectAltNames": names, "caCertificates": tls.ca_certificates}
    return _said(tls, values)

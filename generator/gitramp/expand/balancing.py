"""How callers' proxies treat the pods of a track: a DestinationRule where the overlay asks for one.

Owns pools, outliers and load balancing. Must not know which requests a track gets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.workload import metadata
from gitramp.model import Environment, Service, Track
from gitramp.resource import Manifest, traced


def destination_rules(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield the rule on how callers spread requests over a track's pods, where the overlay asks for one.

    It lives in the namespace of the Service it is about: a proxy looks there after its own namespace, so a rule
    anywhere else is dead for the ingress gateway.
    """
    policy = track.traffic_policy
    if policy is None:
        return
    said: dict[str, Any] = {}
    if policy.load_balancer is not None:
        said["loadBalancer"] = {"simple": traced(policy.load_balancer, policy.at("loadBalancer"))}
    if policy.connection_pool is not None:
        said["connectionPool"] = _connection_pool(policy.connection_pool)
    if policy.outlier_detection is not None:
        outliers = policy.outlier_detection
        said["outlierDetection"] = {
            "consecutive5xxErrors": traced(outliers.consecutive_5xx_errors, outliers.at("consecutive5xxErrors")),
            "interval": traced(outliers.interval, outliers.at("interval")),
            "baseEjectionTime": traced(outliers.base_ejection_time, outliers.at("baseEjectionTime")),
            "maxEjectionPercent": traced(outliers.max_ejection_percent, outliers.at("maxEjectionPercent")),
        }
    if said:
        spec = {"host": environment.host_of(service, track), "trafficPolicy": said}
        tree = {"metadata": metadata(environment, service, track), "spec": spec}
        yield Manifest.of(kinds.DESTINATION_RULE, tree, track.pointer, service.name)


def _connection_pool(pool: Any) -> dict[str, Any]:
    tcp = {"maxConnections": pool.max_connections}
    http = {"http1MaxPendingRequests": pool.http1_max_pending_requests, "http2MaxRequests": pool.http2_max_requests}
    limits = {"tcp": tcp, "http": http}
    return {
        layer: said
        for layer, keys in limits.items()
        if (said := {key: traced(value, pool.at(key)) for key, value in keys.items() if value is not None})
    }

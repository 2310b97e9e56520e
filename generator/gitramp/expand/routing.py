"""How callers reach a service: the apex Service, its one VirtualService, and a DestinationRule a track.

Owns weights and matches: one decision, so one module. Stable's weight is derived, never said. Must not know pods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.actions import actions
from gitramp.expand.matching import MESH, both, requests
from gitramp.expand.workload import metadata, service_port
from gitramp.model import Canary, Environment, Match, Service, Track
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, traced


def apex(environment: Environment, service: Service) -> Manifest:
    """Return the address callers use whichever track is stable: a Service without pods; the mesh routes it on."""
    spec = {"ports": [service_port(service.stable_track)]}
    tree = {"metadata": _metadata(environment, service), "spec": spec}
    return Manifest.of(kinds.SERVICE, tree, service.pointer, service.name)


def virtual_service(environment: Environment, service: Service) -> Manifest:
    """Return the service's only VirtualService, bound to its gateways and to the mesh alike.

    Sidecars do not merge two VirtualServices for one host: the oldest would win, so there is exactly one.
    """
    gateways = [
        traced(environment.gateway_object(gateway), gateway.at("ref") if gateway.ref else gateway.pointer)
        for gateway in environment.gateways_of(service)
    ]
    edge = [traced(host, service.at("hosts", position)) for position, host in enumerate(service.hosts)]
    spec = {
        "hosts": [*edge, environment.host_of(service)],
        "gateways": [*gateways, MESH],
        "http": list(_routes(environment, service)),
    }
    tree = {"metadata": _metadata(environment, service), "spec": spec}
    return Manifest.of(kinds.VIRTUAL_SERVICE, tree, service.pointer, service.name)


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


def _metadata(environment: Environment, service: Service) -> dict[str, Any]:
    return {
        "name": service.name,
        "namespace": traced(environment.namespaces.apex, environment.namespaces.at("apex")),
        "labels": kinds.service_labels(service),
    }


def _routes(environment: Environment, service: Service) -> Iterator[dict[str, Any]]:
    """Yield the routes in the order the mesh tries them; each carries the canary, what matches before the split."""
    for route in service.ordered_routes:
        if not route.forwards:
            yield _rule(environment, route.name, ((match,) for match in route.match), actions(route))
            continue
        prefix = f"{route.name}-" if route.name else ""
        for exposure in service.exposures:
            alternatives = list(both(exposure.matches, route.match))
            if alternatives:
                track = service.tracks[exposure.track]
                destination = _destination(environment, service, track, exposure.chosen_by)
                chosen = {"route": [{"destination": destination}]}
                yield _rule(environment, f"{prefix}{exposure.name}", alternatives, {**chosen, **actions(route)})
        shares = {"route": _split(environment, service), **_mirror(environment, service)}
        yield _rule(environment, f"{prefix}split", ((m,) for m in route.match), {**shares, **actions(route)})


def _rule(
    environment: Environment, name: str, alternatives: Iterable[tuple[Match, ...]], said: dict[str, Any]
) -> dict[str, Any]:
    match = requests(environment, alternatives)
    return {"name": name, **({"match": match} if match else {}), **said}


def _split(environment: Environment, service: Service) -> list[dict[str, Any]]:
    """Share the rest out: a destination that gets nothing is left out, as the mesh would drop it anyway."""
    canary = service.canary
    stable = _destination(environment, service, service.stable_track, service.at("stable"))
    if canary is None or canary.weight == 0:
        return [{"destination": stable}]
    chosen = _to_canary(environment, service, canary)
    if canary.weight == 100:
        return [{"destination": chosen}]
    weight = canary.at("weight")
    how = f"{100 - canary.weight} = 100 - canary.weight"
    return [
        {
            "destination": stable,
            "weight": traced(100 - canary.weight, weight, how=how),
            **_keeps(canary, service.stable),
        },
        {
            "destination": chosen,
            "weight": traced(canary.weight, weight, how=f"canary.weight; stable gets {how}"),
            **_keeps(canary, canary.track),
        },
    ]


def _keeps(canary: Canary, track: str) -> dict[str, Any]:
    """Return the edit of the answer by which a client stays with the track that gave it."""
    sticky = canary.sticky
    if sticky is None:
        return {}
    cookie = f"{sticky.cookie}={track}; Path=/; Max-Age={sticky.max_age}; HttpOnly; SameSite=Lax"
    return {"headers": {"response": {"add": {"set-cookie": traced(cookie, sticky.pointer, how="the track, kept")}}}}


def _mirror(environment: Environment, service: Service) -> dict[str, Any]:
    canary = service.canary
    if canary is None or not canary.mirror or canary.weight:
        return {}
    share = {"value": traced(canary.mirror, canary.at("mirror"))}
    return {"mirror": _to_canary(environment, service, canary), "mirrorPercentage": share}


def _to_canary(environment: Environment, service: Service, canary: Canary) -> dict[str, Any]:
    return _destination(environment, service, service.tracks[canary.track], canary.at("track"))


def _destination(environment: Environment, service: Service, track: Track, chosen_by: Pointer) -> dict[str, Any]:
    """Name a track in full: a short name would be looked up in the rule's namespace, a missing port guessed."""
    return {
        "host": traced(environment.host_of(service, track), chosen_by, how="the track's Service, in full"),
        "port": {"number": traced(track.service_port, track.at("servicePort"))},
    }

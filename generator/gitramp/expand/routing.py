"""How callers reach a service: the apex Service and its one VirtualService.

Owns how the plan of a service's requests is said to Istio. Must not know pods, nor why a track gets its share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from gitramp.expand import kinds, sharing
from gitramp.expand.actions import actions
from gitramp.expand.matching import MESH, requests
from gitramp.expand.workload import service_ports
from gitramp.model import Environment, Match, Port, Service
from gitramp.model.plan import Share, Step, connections, rules_at, steps
from gitramp.resource import Manifest, traced


def apex(environment: Environment, service: Service) -> Manifest:
    """Return the address callers use whichever track is stable: a Service without pods; the mesh routes it on."""
    ports = [_opaque(port) for port in service_ports(service.stable_track)]
    spec = {**_alias(environment, service), "ports": ports}
    tree = {"metadata": apex_metadata(environment, service), "spec": spec}
    return Manifest.of(kinds.SERVICE, tree, service.pointer, service.name)


def _alias(environment: Environment, service: Service) -> dict[str, Any]:
    """Without a mesh nothing routes what callers inside send: the name server leads them to the stable track."""
    if environment.platform.mesh != "none":
        return {}
    stable = environment.host_of(service, service.stable_track)
    how = "the stable track's Service, in full"
    return {"type": "ExternalName", "externalName": traced(stable, service.at("stable"), how=how)}


def _opaque(port: dict[str, Any]) -> dict[str, Any]:
    """Say `tcp` where the track says `tls`: whatever name a client asks for in its handshake, it is let through."""
    protocol = port["appProtocol"]
    if protocol.value != "tls":
        return port
    return {**port, "appProtocol": protocol._replace(value="tcp", how="tls, split by connections")}


def virtual_service(environment: Environment, service: Service) -> Manifest:
    """Return the service's only VirtualService, bound to its gateways and, unless HTTPRoutes do it, to the mesh alike.

    Sidecars do not merge two VirtualServices for one host: the oldest would win, so there is exactly one.
    """
    in_mesh = not environment.has_mesh_routes
    gateways = [
        traced(environment.gateway_object(gateway), gateway.at("ref") if gateway.ref else gateway.pointer)
        for gateway in environment.gateways_of(service)
    ]
    edge = [traced(host, service.at("hosts", position)) for position, host in enumerate(service.hosts)]
    rules = {
        "http": [_rule(environment, service, step) for step in _planned(service, in_mesh=in_mesh)],
        "tcp": [_connections(environment, service, port, shares) for port, shares in connections(service) if in_mesh],
    }
    spec = {
        "hosts": [*edge, *([environment.host_of(service)] if in_mesh else [])],
        "gateways": [*gateways, *([MESH] if in_mesh else [])],
        **{protocol: said for protocol, said in rules.items() if said},
    }
    tree = {"metadata": apex_metadata(environment, service), "spec": spec}
    return Manifest.of(kinds.VIRTUAL_SERVICE, tree, service.pointer, service.name)


def _planned(service: Service, *, in_mesh: bool) -> Iterator[Step]:
    """Yield the rules of a VirtualService; a further port is spoken to by callers in the mesh alone."""
    for port, group in groupby(steps(service), key=lambda step: step.port):
        own = list(group)
        if port is None:
            yield from own if in_mesh else filter(None, map(_at_the_edge, own))
        elif in_mesh:
            yield from rules_at(own, MESH)


def _at_the_edge(step: Step) -> Step | None:
    """Return a rule without what is for callers in the mesh alone; None when nothing is left."""
    own = tuple(together for together in step.alternatives if not _is_for_the_mesh(together))
    return replace(step, alternatives=own) if own or not step.alternatives else None


def _is_for_the_mesh(together: tuple[Match, ...]) -> bool:
    named = [set(match.gateways) for match in together if match.gateways]
    return bool(named) and set.intersection(*named) <= {MESH}


def apex_metadata(environment: Environment, service: Service) -> dict[str, Any]:
    """Return the metadata of objects at a service's address."""
    return {
        "name": service.name,
        "namespace": traced(environment.namespaces.apex, environment.namespaces.at("apex")),
        "labels": kinds.service_labels(service),
        **kinds.own_annotations(service.stable_track),
    }


def _rule(environment: Environment, service: Service, step: Step) -> dict[str, Any]:
    match = requests(environment, step.alternatives)
    if step.port is not None:
        match = list(_on_port(match or [{}], step.port))
    said: dict[str, Any] = {"name": step.name, **({"match": match} if match else {})}
    if step.shares:
        said["route"] = [_weighted(environment, service, share) for share in step.shares]
    if step.mirror is not None:
        copied, percent = step.mirror
        said["mirror"] = _destination(environment, service, copied)
        said["mirrorPercentage"] = {"value": sharing.mirrored(service, percent)}
    return {**said, **actions(step.route)}


def _on_port(requests: list[dict[str, Any]], port: Port) -> Iterator[dict[str, Any]]:
    """Limit requests to a further port, which callers in the mesh alone can mean.

    Where callers are named, the way in is not: the mesh would look at no caller then.
    """
    for request in requests:
        callers = {"sourceLabels", "sourceNamespace"} & request.keys()
        yield {**request, "port": sharing.offered(port), **({} if callers else {"gateways": [MESH]})}


def _connections(environment: Environment, service: Service, port: Port, shares: tuple[Share, ...]) -> dict[str, Any]:
    route = [_weighted(environment, service, share) for share in shares]
    return {"match": list(_on_port([{}], port)), "route": route}


def _weighted(environment: Environment, service: Service, share: Share) -> dict[str, Any]:
    cookie, weight = sharing.cookie(service, share), sharing.weight(service, share)
    return {
        "destination": _destination(environment, service, share),
        **({} if weight is None else {"weight": weight}),
        **({} if cookie is None else {"headers": {"response": {"add": {"set-cookie": cookie}}}}),
    }


def _destination(environment: Environment, service: Service, share: Share) -> dict[str, Any]:
    """Name a track with its port: a missing one would be guessed."""
    return {"host": sharing.host(environment, service, share), "port": {"number": sharing.offered(share.port)}}

"""All that an environment's objects route, door by door, and what of it cannot be shown.

Owns the union of both kinds of routes, and of Services that nobody routes. Must not know how Envoy is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitramp import body
from gitramp.preview import doing, gateway_api, hosts, istio
from gitramp.preview.doing import Destination
from gitramp.preview.doors import MESH, Door, doors
from gitramp.resource import ManifestSet


@dataclass(frozen=True, slots=True)
class Shown:
    """What a preview shows: the virtual hosts of each door, and in words what it leaves out."""

    routes: Mapping[Door, list[dict[str, Any]]]
    left_out: tuple[str, ...] = ()


def shown(manifests: ManifestSet, domain: str) -> Shown:
    """Translate an environment's routes; `domain` is the cluster's."""
    found = {door: hosts.virtual_hosts(_at(manifests, door, domain)) for door in doors(manifests)}
    routes = {door: listed for door, listed in found.items() if listed}
    return Shown(routes, tuple(sorted(set(_left_out(manifests, routes)))))


def _at(manifests: ManifestSet, door: Door, domain: str) -> Iterator[hosts.Listed]:
    yield from gateway_api.at(manifests, door, domain)
    yield from istio.at(manifests, door, domain)
    if door.way_in == MESH:
        yield from _unrouted(manifests, domain)


def _unrouted(manifests: ManifestSet, domain: str) -> Iterator[hosts.Listed]:
    """Yield the Services as they are: whoever routes one of them came before."""
    for service in manifests.of_kind("Service"):
        host = hosts.full_name(service, domain)
        for address in hosts.addresses(manifests, host, domain):
            meant = Destination(body.text(service.body, "spec", "externalName") or host, address.port)
            route = {"match": {"prefix": "/"}, **doing.forwarded([meant], {"timeout": "0s"})}
            yield f"{host}:{address.port}", hosts.domains(address, domain), [route]


def _left_out(manifests: ManifestSet, routes: Mapping[Door, Any]) -> Iterator[str]:
    yield "mutual TLS and who may call"
    if any(door.tls for door in routes):
        yield "TLS at gateways"
    for each in manifests.of_kind("VirtualService"):
        for _, rule in body.items(each.body, "spec", "http"):
            yield from (said for field, said in istio.UNSHOWN.items() if field in body.mapping(rule))
            entries = [entry for _, entry in body.items(rule, "match")]
            if any("sourceLabels" in entry or "sourceNamespace" in entry for entry in entries):
                yield "matches on the caller (asked is as a caller without labels)"
        if any(True for kind in ("tcp", "tls") for _ in body.items(each.body, "spec", kind)):
            yield "what is not HTTP"
    for each in manifests.of_kind("HTTPRoute"):
        for _, rule in body.items(each.body, "spec", "rules"):
            kinds = {body.text(one, "type") for _, one in body.items(rule, "filters")}
            yield from (said for kind, said in gateway_api.UNSHOWN.items() if kind in kinds)

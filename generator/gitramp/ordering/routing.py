"""What routes requests: VirtualServices and HTTPRoutes, read into entries, rules and targets.

Owns where either kind says them, and when a request that one rule takes is surely taken by another. Must not know
whether a target is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from gitramp import body
from gitramp.checks import routes
from gitramp.ordering.trees import Key
from gitramp.pointer import Pointer
from gitramp.resource import Manifest

ISTIO, GATEWAY_API = "networking.istio.io", "gateway.networking.k8s.io"
MESH = "mesh"


class Entry(NamedTuple):
    """Where requests for a host come in: `mesh`, or a Gateway by its key; of a host of the mesh only `name.namespace`.

    `section` is the listener of a Gateway of Gateway API.
    """

    way: str
    host: str
    gateway: Key | None = None
    section: str = ""


class Target(NamedTuple):
    """Where a rule sends requests; `namespace` is "" for what is no Service. `at` leads to it in the route.

    `granted` is the kind of the route where its namespace needs a ReferenceGrant for the Service.
    """

    host: str
    namespace: str
    name: str
    port: int | None
    subset: str
    at: Pointer
    granted: str = ""

    @property
    def shown(self) -> str:
        """The name by which people know it."""
        return f"{self.name}.{self.namespace}" if self.namespace else self.host


@dataclass(frozen=True, slots=True)
class Rule:
    """Some of an entry's requests, and all who may answer them; `condition` is "" when it takes whatever comes."""

    protocol: str
    condition: str
    targets: tuple[Target, ...]

    def takes_all_of(self, other: Rule) -> bool:
        """Whether the requests that another rule takes would be taken by this one if it were asked."""
        return self.protocol == other.protocol and self.condition in {"", other.condition}


def entries(route: Manifest) -> Iterator[Entry]:
    """Yield where the requests come in that an object routes."""
    if route.id.gvk.kind == "HTTPRoute":
        yield from _entries_of_http_route(route)
        return
    for _, gateway in routes.gateway_names(route):
        for _, host in routes.texts(route, "spec", "hosts"):
            if gateway == routes.MESH:
                namespace, name = service_of(host, route.id.namespace)
                yield Entry(MESH, f"{name}.{namespace}" if namespace else host)
            else:
                where, _, name = gateway.partition("/")
                yield Entry("edge", host.lower(), Key(ISTIO, "Gateway", where, name))


def _entries_of_http_route(route: Manifest) -> Iterator[Entry]:
    hosts = [host.lower() for _, host in routes.texts(route, "spec", "hostnames")] or ["*"]
    for _, parent in body.items(route.body, "spec", "parentRefs"):
        where, name = body.text(parent, "namespace") or route.id.namespace, body.text(parent, "name")
        if body.text(parent, "kind") == "Service":
            yield Entry(MESH, f"{name}.{where}")
        else:
            gateway = Key(GATEWAY_API, "Gateway", where, name)
            yield from (Entry("edge", host, gateway, body.text(parent, "sectionName")) for host in hosts)


def service_of(host: str, namespace: str) -> tuple[str, str]:
    """Return the namespace and name of the Service that a host in a route means; "" twice for any other host.

    Without a dot the mesh adds the route's own namespace; with one it takes the name for complete.
    """
    name, _, rest = host.lower().partition(".")
    where, _, domain = rest.partition(".")
    if not rest:
        return (namespace, name) if name != "*" else ("", "")
    return (where, name) if domain == "svc" or domain.startswith("svc.") else ("", "")


def rules(route: Manifest, entry: Entry) -> Iterator[Rule]:
    """Yield the rules of an object that take requests of an entry."""
    if route.id.gvk.kind == "HTTPRoute":
        yield from _rules_of_http_route(route, entry)
        return
    for protocol in ("http", "tls", "tcp"):
        for at, rule in body.items(route.body, "spec", protocol):
            condition = _condition(rule, entry)
            if condition is not None:
                targets = tuple(_destinations(route, (*at, "route"), body.field(rule, "route")))
                yield Rule(protocol, condition, targets)


def _condition(rule: Any, entry: Entry) -> str | None:
    """Return what a rule asks of the requests of an entry, None when it is for other ways in."""
    matches = [match for _, match in body.items(rule, "match")]
    if not matches:
        return ""
    meant = [match for match in matches if _is_for(match, entry)]
    asked = sorted(_said(body.mapping(match), {"gateways", "name"}) for match in meant)
    if not asked:
        return None
    return "" if "{}" in asked else "|".join(asked)


def _is_for(match: Any, entry: Entry) -> bool:
    named = [name for _, name in body.items(match, "gateways")]
    return not named or (MESH in named if entry.way == MESH else any(name != MESH for name in named))


def _said(tree: Any, without: set[str]) -> str:
    return json.dumps({key: value for key, value in tree.items() if key not in without}, sort_keys=True, default=str)


def _destinations(route: Manifest, at: Pointer, listed: Any) -> Iterator[Target]:
    """Yield who gets a share; the mesh leaves out a weight of 0 among others."""
    destinations = list(body.items(listed))
    for step, each in destinations:
        if len(destinations) == 1 or body.number(each, "weight"):
            said = body.mapping(each, "destination")
            host = body.text(said, "host")
            namespace, name = service_of(host, route.id.namespace)
            port, subset = body.number(said, "port", "number"), body.text(said, "subset")
            yield Target(host.lower(), namespace, name, port, subset, (*at, *step, "destination", "host"))


def _rules_of_http_route(route: Manifest, entry: Entry) -> Iterator[Rule]:
    ports = {body.number(parent, "port") for parent in _parents(route, entry)} - {None}
    for at, rule in body.items(route.body, "spec", "rules"):
        matches = [body.mapping(match) for _, match in body.items(rule, "matches")]
        asked = sorted(_said(match, set()) for match in matches)
        condition = "" if not asked or "{}" in asked else "|".join(asked)
        if ports:
            condition = f"{sorted(map(str, ports))} {condition}"
        yield Rule("http", condition, tuple(_backends(route, (*at, "backendRefs"))))


def _parents(route: Manifest, entry: Entry) -> Iterator[Any]:
    for _, parent in body.items(route.body, "spec", "parentRefs"):
        where = body.text(parent, "namespace") or route.id.namespace
        named = f"{body.text(parent, 'name')}.{where}" if body.text(parent, "kind") == "Service" else ""
        if entry.way == MESH and named == entry.host:
            yield parent


def _backends(route: Manifest, at: Pointer) -> Iterator[Target]:
    for step, each in body.items(route.body, *at):
        if body.number(each, "weight") != 0 and body.text(each, "kind") in {"", "Service"}:
            own, name = route.id.namespace, body.text(each, "name")
            namespace = body.text(each, "namespace") or own
            granted = own if namespace != own else ""
            host = f"{name}.{namespace}.svc"
            yield Target(host, namespace, name, body.number(each, "port"), "", (*step, "name"), granted)

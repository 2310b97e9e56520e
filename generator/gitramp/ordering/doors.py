"""The doors of an environment: the mesh, and each ingress with a host, and who routes what comes in there.

Owns when a door is open at a moment. A Gateway is known by the pods that it opens, so that a host may move from one
Gateway object to another at the same ingress. Must not know where requests go from there.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import NamedTuple

from gitramp import body
from gitramp.checks import routes
from gitramp.ordering.needs import Fault, Lack
from gitramp.ordering.routing import GATEWAY_API, ISTIO, MESH, Entry, entries
from gitramp.ordering.trees import Key, Trees, key_of
from gitramp.ordering.worlds import World
from gitramp.resource import Manifest, ManifestSet


class Door(NamedTuple):
    """Where requests for a host come in; `way` is `mesh` or names the pods of an ingress."""

    way: str
    host: str


def routers(trees: Trees) -> Iterator[Key]:
    """Yield what routes requests, before or after."""
    yield from trees.keys("VirtualService", ISTIO)
    yield from trees.keys("HTTPRoute", GATEWAY_API)


def open_doors(world: World, key: Key) -> Iterator[tuple[Door, Entry]]:
    """Yield the doors at which an object routes requests at a moment."""
    router = world.look(key)
    if router is not None:
        for entry in entries(router):
            door = _door(world, router, entry)
            if door is not None:
                yield door, entry


def possible_doors(trees: Trees, key: Key) -> Iterator[Door]:
    """Yield the doors at which an object routes requests at some moment."""
    for others in (False, True):
        yield from (door for door, _ in open_doors(World(trees, others=others), key))


def shut(world: World, door: Door, candidates: tuple[Key, ...]) -> Fault | None:
    """Return what is missing while nobody routes what comes in at a door."""
    if not any(door == found for key in candidates for found, _ in open_doors(world, key)):
        return Fault(Lack.DESTINATION, "route", candidates[0])
    if door.way == MESH:
        name, _, namespace = door.host.partition(".")
        address = Key("", "Service", namespace, name)
        if any(world.trees.both(address)) and world.look(address) is None:
            return Fault(Lack.DESTINATION, "Service", address)
    return None


def _door(world: World, router: Manifest, entry: Entry) -> Door | None:
    """Return the door that an entry is; a Gateway that opens it before and after alike is not looked at."""
    if entry.gateway is None:
        return Door(MESH, entry.host)
    both = list(world.trees.both(entry.gateway))
    if not both:
        return Door(f"{entry.gateway.namespace}/{entry.gateway.name} {entry.section}", entry.host)
    doors = [_opened(world.trees, gateway, router, entry) for gateway in both]
    if len(doors) == 2 and doors[0] == doors[1]:
        return doors[0]
    gateway = world.look(entry.gateway)
    return _opened(world.trees, gateway, router, entry) if gateway is not None else None


def _opened(trees: Trees, gateway: Manifest, router: Manifest, entry: Entry) -> Door | None:
    if gateway.id.gvk.group == GATEWAY_API:
        return _listener(gateway, entry)
    key = key_of(gateway)
    listed = _listings(trees.base if gateway is trees.before.get(key) else trees.head)[key]
    named = {where for pattern in _patterns(entry.host) for where in listed.get(pattern, ())}
    if named & {"*", router.id.namespace}:
        pods = json.dumps(body.mapping(gateway.body, "spec", "selector"), sort_keys=True, default=str)
        return Door(pods, entry.host)
    return None


def _listener(gateway: Manifest, entry: Entry) -> Door | None:
    for _, listener in body.items(gateway.body, "spec", "listeners"):
        meant = entry.section in {"", body.text(listener, "name")}
        if meant and (body.text(listener, "hostname").lower() or "*") in _patterns(entry.host):
            return Door(f"{gateway.id.namespace}/{gateway.id.name} {entry.section}", entry.host)
    return None


@functools.lru_cache(maxsize=4)
def _listings(manifests: ManifestSet) -> dict[Key, dict[str, set[str]]]:
    """Return, for each of Istio's Gateways, its hosts with the namespaces they are for, `*` for all."""
    found: dict[Key, dict[str, set[str]]] = {}
    for gateway in routes.gateways(manifests):
        listed = found.setdefault(key_of(gateway), {})
        for at, _ in body.items(gateway.body, "spec", "servers"):
            for _, said in routes.texts(gateway, *at, "hosts"):
                where, slash, host = said.rpartition("/")
                own = gateway.id.namespace if where == "." else where
                listed.setdefault(host.lower(), set()).add(own if slash else "*")
    return found


def _patterns(host: str) -> tuple[str, ...]:
    """Return all that covers a host: itself, each `*.domain` around it, `*`."""
    return (host, "*", *("*" + host[dot:] for dot, letter in enumerate(host) if letter == "."))

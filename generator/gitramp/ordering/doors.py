"""The doors of an environment: the mesh, and each ingress with a host, and who routes what comes in there.

Owns when a door is open at a moment. A Gateway is known by the pods that it opens, so that a host may move from one
Gateway object to another at the same ingress. Must not know where requests go from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from gitramp import body
from gitramp.ordering.needs import Fault, Lack
from gitramp.ordering.routing import GATEWAY_API, ISTIO, MESH, Entry, entries
from gitramp.ordering.trees import Key, Trees
from gitramp.ordering.worlds import World
from gitramp.resource import Manifest


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
    if entry.gateway is None:
        return Door(MESH, entry.host)
    if not any(world.trees.both(entry.gateway)):
        return Door(f"{entry.gateway.namespace}/{entry.gateway.name} {entry.section}", entry.host)
    gateway = world.look(entry.gateway)
    if gateway is None:
        return None
    if gateway.id.gvk.group == GATEWAY_API:
        return _listener(gateway, entry)
    return _server(gateway, router, entry)


def _listener(gateway: Manifest, entry: Entry) -> Door | None:
    for _, listener in body.items(gateway.body, "spec", "listeners"):
        meant = entry.section in {"", body.text(listener, "name")}
        if meant and _covers(body.text(listener, "hostname") or "*", entry.host):
            return Door(f"{gateway.id.namespace}/{gateway.id.name} {entry.section}", entry.host)
    return None


def _server(gateway: Manifest, router: Manifest, entry: Entry) -> Door | None:
    for at, _ in body.items(gateway.body, "spec", "servers"):
        for _, said in body.items(gateway.body, *at, "hosts"):
            where, slash, host = str(said).rpartition("/")
            allowed = not slash or where in {"*", router.id.namespace} or (where == "." and _together(gateway, router))
            if allowed and _covers(host, entry.host):
                pods = json.dumps(body.mapping(gateway.body, "spec", "selector"), sort_keys=True, default=str)
                return Door(pods, entry.host)
    return None


def _together(gateway: Manifest, router: Manifest) -> bool:
    return gateway.id.namespace == router.id.namespace


def _covers(pattern: str, host: str) -> bool:
    pattern = pattern.lower()
    return pattern in {"*", host} or (pattern.startswith("*.") and host.endswith(pattern[1:]))

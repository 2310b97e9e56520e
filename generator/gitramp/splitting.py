"""What lies between two merged overlays: the same services with the old routes, or with the tracks of both.

Owns which keys of a service route, and how one tree is said as overrides of another. Pure; knows trees as JSON would
hold them. Must not know whether a step is safe, nor files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Tree = Mapping[str, Any]

_ROUTING = ("stable", "canary", "routes", "hosts", "gateways")
_CANARY_ROUTING = ("weight", "match", "sticky", "mirror")


class Override(NamedTuple):
    """One value that an overlay says differently; None takes the key away."""

    path: tuple[str, ...]
    value: Any


def workloads_first(base: Tree, head: Tree) -> Tree:
    """Return the head with the routes of the base, and the tracks of both."""
    return _between(base, head, lambda old, new: {**_without(new, _ROUTING), **_routing(old)}, old_gateways=True)


def idle_first(base: Tree, head: Tree) -> Tree:
    """Return the same in friendlier words where the base has no canary: that of the head, which gets nothing yet."""

    def service(old: Tree, new: Tree) -> Tree:
        canary = _mapping(new, "canary")
        idle = {"canary": {**_without(canary, _CANARY_ROUTING), "weight": 0}}
        kept = {**_without(new, _ROUTING), **_routing(old)}
        return {**kept, **idle} if canary and not _mapping(old, "canary") else kept

    return _between(base, head, service, old_gateways=True)


def routes_first(base: Tree, head: Tree) -> Tree:
    """Return the head with the tracks that it takes away: no route leads to them any more, and they still run."""
    return _between(base, head, lambda _, new: {**new, **_stable(new)}, old_gateways=False)


def with_tracks_of(base: Tree, now: Tree, head: Tree, tree: Tree) -> Tree:
    """Return a tree whose tracks that the head has not are what they are in the base.

    `base` and `now`, which is the tree, are as tracks inherit.
    """
    services = {}
    for name, service in _mapping(tree, "services").items():
        old, new = (_mapping(_mapping(_mapping(each, "services"), name), "tracks") for each in (base, now))
        kept = set(old) & set(new) - set(_mapping(_mapping(_mapping(head, "services"), name), "tracks"))
        tracks = {
            track: _overridden(said, overrides(new[track], old[track])) if track in kept else said
            for track, said in _mapping(service, "tracks").items()
        }
        services[name] = {**service, "tracks": tracks} if kept else service
    return {**tree, "services": services}


def _overridden(tree: Any, said: Iterable[Override]) -> Any:
    for override in said:
        tree = _with(tree, override.path, override.value)
    return tree


def _with(tree: Any, path: tuple[str, ...], value: Any) -> Any:
    if not path:
        return value
    below = tree if isinstance(tree, Mapping) else {}
    return {**below, path[0]: _with(below.get(path[0]), path[1:], value)}


def overrides(have: Any, want: Any, path: tuple[str, ...] = ()) -> Iterator[Override]:
    """Yield what a layer above `have` must say so that the two merge to `want`."""
    if not (isinstance(have, Mapping) and isinstance(want, Mapping)):
        if have != want:
            yield Override(path, want)
        return
    yield from (Override((*path, key), None) for key in have if key not in want)
    for key, value in want.items():
        yield from overrides(have.get(key), value, (*path, key))


def _between(base: Tree, head: Tree, service: Any, *, old_gateways: bool) -> Tree:
    olds, news = _mapping(base, "services"), _mapping(head, "services")
    services = {name: _joined(olds[name], new, service) if name in olds else new for name, new in news.items()}
    before, after = _mapping(base, "gateways"), _mapping(head, "gateways")
    gateways = {**after, **before} if old_gateways else {**before, **after}
    return {**head, **({"gateways": gateways} if gateways else {}), "services": services}


def _joined(old: Any, new: Any, service: Any) -> Any:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return new
    tracks = _mapping(new, "tracks")
    kept = {name: track for name, track in _mapping(old, "tracks").items() if name not in tracks}
    joined = {**service(old, new), "tracks": {**tracks, **kept}}
    # While there is one track nobody need say who is stable.
    return joined if len(joined["tracks"]) > 1 or "stable" in new else _without(joined, ("stable",))


def _routing(service: Tree) -> Tree:
    return {**{key: service[key] for key in _ROUTING if key in service}, **_stable(service)}


def _stable(service: Tree) -> Tree:
    """Return who is stable in words, for with a further track it can no longer be left out."""
    tracks = list(_mapping(service, "tracks"))
    return {"stable": service.get("stable") or tracks[0]} if tracks else {}


def _without(service: Tree, keys: tuple[str, ...]) -> Tree:
    return {key: value for key, value in service.items() if key not in keys}


def _mapping(tree: Any, key: str) -> Tree:
    found = tree.get(key) if isinstance(tree, Mapping) else None
    return found if isinstance(found, Mapping) else {}

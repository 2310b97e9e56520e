"""Holes in words: which object, what may happen in which order, and the place in the overlay.

Owns the sentences. Must not know how a hole is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitramp.ordering import codes
from gitramp.ordering.holes import Hole, holes
from gitramp.ordering.needs import Fault, Lack
from gitramp.ordering.precedence import Precedence, precedence
from gitramp.ordering.starting import Withdrawn, withdrawn
from gitramp.ordering.trees import Key, Trees, namespace_key
from gitramp.problem import Code
from gitramp.resource import Breach, Elsewhere, Manifest, ManifestSet

_WORDS = {"HTTPRoute": "route", "VirtualService": "route"}


def find(base: ManifestSet, head: ManifestSet) -> Iterator[tuple[Code, Breach]]:
    """Yield what could happen on the way from one state of an environment to another."""
    order = precedence(base, head)
    for hole in holes(order):
        yield _told(order, hole)
    yield from ((codes.CONFIG_FIRST, _withdrawn(each)) for each in withdrawn(order))


def _told(order: Precedence, hole: Hole) -> tuple[Code, Breach]:
    if hole.target is None:
        return codes.NO_WAY_IN, _shut(order.trees, hole)
    lacks = {fault.lack for fault in hole.faults}
    if lacks == {Lack.LEAVE}:
        return codes.REFUSED, _breach(order, hole, f"calls to {hole.target.shown} may be refused", _when(hole))
    if lacks == {Lack.KNOWLEDGE}:
        return codes.UNKNOWN, _breach(order, hole, f"{_names(hole)} may not list {hole.target.shown}", _when(hole))
    if hole.done is None:
        return codes.APART, _breach(order, hole, f"{hole.target.shown} may be without {_whats(order, hole)}", "for a while")
    if hole.done:
        what = f"the {_kind(hole.route)} to {hole.target.shown} may be applied before"
        return codes.ROUTE_FIRST, _breach(order, hole, what, f"{_its(hole)}{_whats(order, hole)} {_are(order, hole)} there")
    what = f"{_whats(order, hole)} of {hole.target.shown} may go"
    return codes.ROUTE_LAST, _breach(order, hole, what, f"before the {_kind(hole.route)} has left it")


def _breach(order: Precedence, hole: Hole, what: str, when: str) -> Breach:
    """Place a hole at the route's own line while it leads there, else at what is left of the destination."""
    assert hole.target is not None
    trees = order.trees
    related = tuple(Elsewhere(_change(trees, key), *_place(trees, key)) for key in _culprits(order, hole))
    route = trees.after.get(hole.route)
    if hole.done is not False and route is not None and hole.target.at:
        return Breach(f"{what} {when}", hole.target.at, route, related=related)
    pointer, manifest = _place(trees, hole.faults[0].key)
    return Breach(f"{what} {when}", pointer, manifest, related=related)


def _place(trees: Trees, key: Key) -> tuple[tuple[str | int, ...], Manifest | None]:
    """Return where to point for an object: itself, or, of one that is gone, the nearest of what it was made from."""
    after, before = trees.after.get(key), trees.before.get(key)
    if after is not None:
        return after.owner, None
    return (before.owner, None) if before is not None else ((), None)


def _culprits(order: Precedence, hole: Hole) -> list[Key]:
    return [key for key in dict.fromkeys(f.key for f in hole.faults) if key in order.trees.changes][:3]


def _change(trees: Trees, key: Key) -> str:
    change = trees.changes[key]
    how = "new" if change.before is None else "removed" if change.after is None else "changed"
    return f"{key.kind} {key.namespace}/{key.name} is {how}"


def _shut(trees: Trees, hole: Hole) -> Breach:
    host = hole.door.host
    route = next((trees.after[f.key] for f in hole.faults if f.key in trees.after), None)
    message = f"requests for {host} may find no {' or '.join(dict.fromkeys(f.what for f in hole.faults))} for a while"
    if route is None:
        return Breach(message, _place(trees, hole.faults[0].key)[0])
    return Breach(message, ("spec", "hosts"), route)


def _withdrawn(each: Withdrawn) -> Breach:
    workload = each.workload
    message = f"{each.key.kind} {each.key.namespace}/{each.key.name} may go before {workload.id} does without it"
    return Breach(message, workload.owner, None)


def _kind(route: Key) -> str:
    return _WORDS.get(route.kind, "way")


def _whats(order: Precedence, hole: Hole) -> str:
    """List what is missing; a namespace that comes or goes says more than what is in it."""
    said = list(dict.fromkeys(_what(fault) for fault in hole.faults if fault.lack is Lack.DESTINATION))
    said += list(dict.fromkeys(_what(fault) for fault in hole.faults if fault.lack is not Lack.DESTINATION))
    home = namespace_key(hole.target.namespace) if hole.target else None
    listed = [*(["namespace"] if home in order.trees.changes else []), *said]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def _what(fault: Fault) -> str:
    return fault.what if fault.lack is not Lack.KNOWLEDGE else "Sidecars of its callers"


def _its(hole: Hole) -> str:
    return "its "


def _are(order: Precedence, hole: Hole) -> str:
    one = _whats(order, hole) in {"Service", "ServiceEntry"} or _whats(order, hole).startswith(("port ", "subset "))
    return "is" if one and " and " not in _whats(order, hole) else "are"


def _names(hole: Hole) -> str:
    keys: Sequence[Key] = [fault.key for fault in hole.faults]
    return f"Sidecar {keys[0].namespace}/{keys[0].name}"


def _when(hole: Hole) -> str:
    if hole.done is None:
        return "for a while"
    return "when its route is applied" if hole.done else "while its route still leads there"

"""Holes in words: which object, what may happen in which order, and the place in the overlay.

Owns the sentences. Must not know how a hole is found.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.ordering import codes
from gitramp.ordering.holes import Hole, holes
from gitramp.ordering.needs import Fault, Lack
from gitramp.ordering.precedence import precedence
from gitramp.ordering.routing import Target
from gitramp.ordering.starting import Withdrawn, withdrawn
from gitramp.ordering.trees import Key, Trees, namespace_key
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Breach, Elsewhere, ManifestSet

_MOST_RELATED = 3
_WHEN = {None: "for a while", True: "when its route is applied", False: "while its route still leads there"}


def find(base: ManifestSet, head: ManifestSet) -> Iterator[tuple[Code, Breach]]:
    """Yield what could happen on the way from one state of an environment to another."""
    order = precedence(base, head)
    for hole in holes(order):
        yield _at_target(order.trees, hole, hole.target) if hole.target else _at_door(order.trees, hole)
    yield from ((codes.CONFIG_FIRST, _withdrawn(each)) for each in withdrawn(order))


def _at_target(trees: Trees, hole: Hole, target: Target) -> tuple[Code, Breach]:
    code, message = _said(trees, hole, target)
    changed = [key for key in dict.fromkeys(fault.key for fault in hole.faults) if key in trees.changes]
    related = tuple(Elsewhere(_change(trees, key), _owner(trees, key)) for key in changed[:_MOST_RELATED])
    route = trees.after.get(hole.route)
    if hole.done is not False and route is not None and target.at:
        return code, Breach(message, target.at, route, related=related)
    edited = next((key for key in changed if _is_of_service(trees, key)), hole.faults[0].key)
    return code, Breach(message, _owner(trees, edited), related=related)


def _is_of_service(trees: Trees, key: Key) -> bool:
    """Whether an object is some service's: the line of a track that goes says more than that of a policy for all."""
    found = trees.before.get(key) or trees.after.get(key)
    return found is not None and bool(found.service)


def _said(trees: Trees, hole: Hole, target: Target) -> tuple[Code, str]:
    lacks, first = {fault.lack for fault in hole.faults}, hole.faults[0].key
    if lacks == {Lack.LEAVE}:
        code = codes.POLICIES_APART if hole.done is None else codes.REFUSED
        return code, f"calls to {target.shown} may be refused {_WHEN[hole.done]}"
    if lacks == {Lack.CALLS}:
        policy = f"{first.kind} {first.namespace}/{first.name}"
        return codes.REFUSED, f"{policy} may refuse the calls of {target.shown} {_WHEN[hole.done]}"
    if lacks == {Lack.KNOWLEDGE}:
        scope = f"{first.kind} {first.namespace}/{first.name}"
        return codes.UNKNOWN, f"{scope} may not list {target.shown} {_WHEN[hole.done]}"
    missing = _missing(trees, hole, target)
    if hole.done is None:
        return codes.APART, f"{target.shown} may be without {missing} for a while"
    if hole.done:
        return codes.ROUTE_FIRST, f"the route to {target.shown} may be applied before its {missing}"
    article = "" if missing.startswith(("port ", "subset ")) else "the "
    return codes.ROUTE_LAST, f"{article}{missing} of {target.shown} may go before the route leaves it"


def _missing(trees: Trees, hole: Hole, target: Target) -> str:
    """List what is missing, on the way from outside to the pods; a namespace takes what is in it along."""
    in_order = sorted(hole.faults, key=lambda fault: (list(Lack).index(fault.lack), fault.what == "pods"))
    home = ["namespace"] if namespace_key(target.namespace) in trees.changes else []
    return _listed(dict.fromkeys([*home, *(_word(fault) for fault in in_order)]))


def _word(fault: Fault) -> str:
    return "callers' Sidecars" if fault.lack is Lack.KNOWLEDGE else fault.what


def _listed(words: dict[str, None]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _owner(trees: Trees, key: Key) -> Pointer:
    """Return what an object is made from; of one that is gone the overlay has only what is around that."""
    found = trees.after.get(key) or trees.before.get(key)
    return found.owner if found is not None else ()


def _change(trees: Trees, key: Key) -> str:
    change = trees.changes[key]
    how = "new" if change.before is None else "removed" if change.after is None else "changed"
    return f"{key.kind} {key.namespace}/{key.name} is {how}"


def _at_door(trees: Trees, hole: Hole) -> tuple[Code, Breach]:
    message = f"requests for {hole.door.host} may find no {_listed(dict.fromkeys(f.what for f in hole.faults))}"
    route = trees.after.get(hole.route)
    if route is None:
        return codes.NO_WAY_IN, Breach(f"{message} for a while", _owner(trees, hole.route))
    return codes.NO_WAY_IN, Breach(f"{message} for a while", ("spec", "hosts"), route)


def _withdrawn(each: Withdrawn) -> Breach:
    gone = f"{each.key.kind} {each.key.namespace}/{each.key.name}"
    return Breach(f"{gone} may go while old pods of {each.workload.id} still need it to start", each.workload.owner)

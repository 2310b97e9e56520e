"""The moments at which a request fails that is answered before and after: the holes of a step.

Owns which requests count, and what is asked of the moments for each. Must not know how a hole is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gitramp import body
from gitramp.ordering.doors import Door, open_doors, possible_doors, routers, shut
from gitramp.ordering.guards import Callers, Grants, grants, knows
from gitramp.ordering.needs import Fault, missing, served
from gitramp.ordering.precedence import Precedence
from gitramp.ordering.routing import MESH, Rule, Target, rules
from gitramp.ordering.surroundings import Surroundings
from gitramp.ordering.trees import Key
from gitramp.ordering.worlds import Decided, Undecided, World, moments


@dataclass(frozen=True, slots=True)
class Hole:
    """Requests that may fail for a while; `done` says whether their route is the new one then, None when it stays.

    Without a `target` it is the way in that is shut.
    """

    route: Key
    done: bool | None
    target: Target | None
    door: Door
    faults: tuple[Fault, ...]

    @property
    def identity(self) -> tuple[object, ...]:
        """What one finding is about: a target that fails on every route is told once, and a route once a target."""
        if self.target is None:
            return (self.route, self.door.host)
        return (self.target.shown, self.done, None if self.done is None else self.route)


@dataclass(frozen=True, slots=True)
class _Road:
    """A rule of an object, or a Service that is called as it is, and which changes are decided where it is in force.

    `answers` says that nothing is missing there, before or after.
    """

    route: Key
    rule: Rule
    decided: Decided
    answers: bool = True


def holes(order: Precedence) -> Iterator[Hole]:
    """Yield each hole that some order of application has, each route and target once."""
    if _is_one_route(order):
        return
    around = Surroundings.of(order.trees)
    found: dict[tuple[object, ...], Hole] = {}
    for door, candidates in _doors(order).items():
        if not _is_touched(order, around, door, tuple(candidates)):
            continue
        for hole in _at_door(order, around, door, tuple(candidates)):
            known = found.get(hole.identity, hole)
            found[hole.identity] = replace(known, faults=tuple(dict.fromkeys((*known.faults, *hole.faults))))
    yield from found.values()


def _is_one_route(order: Precedence) -> bool:
    """Whether nothing changes, or one router: then each moment is before or after, and where both answer, it does.

    Most steps of a canary are such; among a thousand services it takes a second to find that out door by door.
    """
    changed = tuple(order.trees.changes)
    return not changed or (len(changed) == 1 and changed[0] in set(routers(order.trees)))


def _doors(order: Precedence) -> dict[Door, dict[Key, None]]:
    """Return who may route at each door; a Service that nobody routes or names is called as it is."""
    doors: dict[Door, dict[Key, None]] = {}
    for key in routers(order.trees):
        for door in possible_doors(order.trees, key):
            doors.setdefault(door, {})[key] = None
    for key in order.trees.keys("Service", ""):
        if key in order.trees.before and key in order.trees.after:
            doors.setdefault(Door(MESH, f"{key.name}.{key.namespace}"), {})
    return doors


def _is_touched(order: Precedence, around: Surroundings, door: Door, candidates: tuple[Key, ...]) -> bool:
    """Whether any request at a door depends on any change: most of a large environment does not."""
    world = World(order.trees)
    try:
        for target in (target for road in _roads(world, around, door, candidates) for target in road.rule.targets):
            for pod in served(world, around, target):
                grants(world, around, target, pod)
    except Undecided:
        return True
    return any(_scopes(around, door))


def _at_door(order: Precedence, around: Surroundings, door: Door, candidates: tuple[Key, ...]) -> Iterator[Hole]:
    trees = order.trees
    old, new = World(trees, others=False), World(trees, others=True)
    before, after = _roads(old, around, door, candidates), _roads(new, around, door, candidates)
    if not (any(road.answers for road in before) and any(road.answers for road in after)):
        return
    if candidates:
        found = [fault for _, fault in moments(order, lambda world: _shut(world, door, candidates), {})]
        if found:
            yield Hole(candidates[0], None, None, door, tuple(dict.fromkeys(found)))
    for world, roads, other_world, others in ((old, before, new, after), (new, after, old, before)):
        for road in roads:
            other = _other(road, others)
            if road.answers and other is not None and other.answers:
                callers = _callers(around, door, (world, road), (other_world, other))
                if callers is None:
                    continue
                yield from _on_road(order, around, door, road, callers, done=world is new)
                if (
                    _other(other, roads) is not road
                ):  # of the other's requests these are some, with callers of their own
                    yield from _on_road(order, around, door, other, callers, done=world is old)


def _other(road: _Road, others: Sequence[_Road]) -> _Road | None:
    """Return the rule that takes these requests on the other side of the step."""
    taking = [other for other in others if other.rule.takes_all_of(road.rule)]
    return next((other for other in taking if other.rule.condition), taking[0] if taking else None)


def _faults(
    order: Precedence, around: Surroundings, target: Target, callers: Callers, decided: Decided
) -> tuple[Fault, ...]:
    found = moments(order, lambda world: missing(world, around, target, callers), decided)
    return tuple(dict.fromkeys(fault for _, fault in found))


def _shut(world: World, door: Door, candidates: tuple[Key, ...]) -> Fault | None:
    return None if _is_direct(world, door, candidates) else shut(world, door, candidates)


def _roads(world: World, around: Surroundings, door: Door, candidates: tuple[Key, ...]) -> list[_Road]:
    """Return what takes requests at a door before, or after."""
    if _is_direct(world, door, candidates):
        name, _, namespace = door.host.partition(".")
        key = Key("", "Service", namespace, name)
        target = Target(f"{door.host}.svc", namespace, name, None, "", ())
        absent = {each: bool(world.others) for each in candidates if each in world.trees.changes}
        found = [_Road(key, Rule("http", "", (target,)), absent)]
    elif not candidates or shut(world, door, candidates):
        return []
    else:
        found = list(_ruled(world, door, candidates))
    return [replace(road, answers=_answers(world, around, road)) for road in found]


def _answers(world: World, around: Surroundings, road: _Road) -> bool:
    return all(missing(world, around, target, Callers()) is None for target in road.rule.targets)


def _ruled(world: World, door: Door, candidates: tuple[Key, ...]) -> Iterator[_Road]:
    for key in candidates:
        decided = {key: bool(world.others)} if key in world.trees.changes else {}
        router = world.look(key)
        for found, entry in open_doors(world, key):
            if found == door and router is not None:
                yield from (_Road(key, rule, decided) for rule in rules(router, entry))


def _is_direct(world: World, door: Door, candidates: tuple[Key, ...]) -> bool:
    """Whether callers in the mesh reach a Service itself: nothing routes its name, and it has pods of its own."""
    if door.way != MESH or any(door == found for key in candidates for found, _ in open_doors(world, key)):
        return False
    name, _, namespace = door.host.partition(".")
    service = world.look(Key("", "Service", namespace, name))
    spec = body.mapping(service.body, "spec") if service is not None else {}
    return bool(spec.get("selector") or spec.get("externalName"))


def _callers(around: Surroundings, door: Door, *sides: tuple[World, _Road]) -> Callers | None:
    """Return who is let through to every target, before and after, and whose Sidecars know them; None for nobody."""
    common: dict[str, Grants] = {}
    for world, road in sides:
        for target in road.rule.targets:
            for pod in served(world, around, target):
                for what, passed in grants(world, around, target, pod).items():
                    if passed is not None and not passed:
                        return None
                    common[what] = _both(common.get(what), passed)
    return Callers(common, tuple(_scopes(around, door)))


def _both(one: Grants, other: Grants) -> Grants:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _scopes(around: Surroundings, door: Door) -> Iterator[Key]:
    """Yield the Sidecars that change, and whose pods know the door's host before and after."""
    if door.way != MESH:
        return
    name, _, namespace = door.host.partition(".")
    for key in around.sidecars:
        if all(knows(sidecar, namespace, name) for sidecar in around.trees.both(key)):
            yield key


def _on_road(
    order: Precedence, around: Surroundings, door: Door, road: _Road, callers: Callers, *, done: bool
) -> Iterator[Hole]:
    for target in road.rule.targets:
        if done and not road.decided:
            continue  # the same road was asked before
        faults = _faults(order, around, target, callers, road.decided)
        if faults:
            yield Hole(road.route, done if road.decided else None, target, door, faults)

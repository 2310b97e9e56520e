"""GR535: nothing changes for traffic or pods in a freeze."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from gitramp.model import Environment, Freeze, Service
from gitramp.problem import Code
from gitramp.resource import Breach, Elsewhere
from gitramp.source import show
from gitramp.steps.pods import changed
from gitramp.steps.shares import exposed, growing, is_way_back
from gitramp.steps.step import Change, ChangeRule, Step, clock

CODE = Code(
    "GR535",
    "a change in a freeze",
    "The policy names a time in which nobody is there to see a fault or to mend it. The time of the commit counts.",
    "wait until the freeze is over, then commit the change anew; a canary may be aborted at any time",
)


def find(change: Change) -> Iterator[tuple[str, Breach]]:
    """Yield what each step changes in a freeze, and each environment that is removed in its own."""
    for step in change.steps:
        yield from ((step.name, breach) for breach in _of_step(step))
    for name, environment in change.gone.items():
        freeze = _frozen([environment], change.moment)
        if freeze is not None and environment.services:
            yield name, Breach(f"environment {name} is removed {_told(freeze)}", ())


def _of_step(step: Step) -> Iterator[Breach]:
    """Yield the first change of each service in a freeze of either revision; one that is aborted is let through."""
    freeze = _frozen([step.after, step.before], step.moment)
    if freeze is None or step.before is None:
        return
    about = Elsewhere("the freeze", freeze.pointer)
    related = (about,) if freeze in step.after.policy.freeze else ()
    for breach in _changes(step, step.before, step.after):
        yield Breach(f"{breach.message} {_told(freeze)}", breach.pointer, breach.manifest, related=related)


def _told(freeze: Freeze) -> str:
    return f"in a freeze until {clock((freeze.bounds or (0, 0))[1])}: {show(freeze.reason, 120)}"


def _frozen(environments: Iterable[Environment | None], moment: int) -> Freeze | None:
    policies = [environment.policy for environment in environments if environment is not None]
    for freeze in (freeze for policy in policies for freeze in policy.freeze):
        if freeze.bounds and freeze.bounds[0] <= moment < freeze.bounds[1]:
            return freeze
    return None


def _changes(step: Step, before: Environment, after: Environment) -> Iterator[Breach]:
    for name, service in after.services.items():
        if name not in before.services:
            yield Breach(f"service {name} is added", service.pointer)
        else:
            yield from (found for found in [_first_change(step, before.services[name], service)] if found)
    gone = [name for name in before.services if name not in after.services]
    yield from (Breach(f"service {name} is removed", ("services", name)) for name in gone)


def _first_change(step: Step, before: Service, after: Service) -> Breach | None:
    name = after.name
    for track in after.tracks:
        if track not in before.tracks:
            return Breach(f"track {track} of {name} is added", after.tracks[track].pointer)
        difference = changed(step, before, after, track)
        if difference is not None:
            message = f"{track} of {name} changes, {difference.words},"
            return Breach(message, difference.pointer, difference.manifest)
    for track in before.tracks:
        if track not in after.tracks:
            return Breach(f"track {track} of {name} is removed", after.at("tracks", track))
    return _traffic_change(step, before, after)


def _traffic_change(step: Step, before: Service, after: Service) -> Breach | None:
    name, growth = after.name, growing(before, after)
    if after.stable != before.stable and not is_way_back(step, before, after):
        return Breach(f"{after.stable} of {name} becomes stable", after.at("stable"))
    if growth is not None:
        return Breach(f"canary {growth.track} of {name} grows to {growth.weight} %", growth.pointer)
    if _has_new_match(before, after):
        return Breach(f"more requests of {name} match the canary", after.at("canary", "match"))
    said = (("routes", before.routes != after.routes), ("hosts", before.hosts != after.hosts))
    moved = next((key for key, differs in (*said, ("gateways", before.gateways != after.gateways)) if differs), "")
    return Breach(f"{moved} of {name} change", after.at(moved)) if moved else None


def _has_new_match(before: Service, after: Service) -> bool:
    new = after.canary
    if new is None or not new.match:
        return False
    old = before.canary
    if old is None or old.track != new.track or exposed(after, new.track) > exposed(before, new.track):
        return True
    known = [_unplaced(match) for match in old.match]
    return any(_unplaced(match) not in known for match in new.match)


def _unplaced(value: Any) -> Any:
    """Return what a match says, without where: an entry before it may be gone."""
    if is_dataclass(value):
        said = {f.name: _unplaced(getattr(value, f.name)) for f in fields(value)}
        return {name: inner for name, inner in said.items() if name not in {"pointer", "is_text"}}
    if isinstance(value, Mapping):
        return {name: _unplaced(inner) for name, inner in value.items()}
    return [_unplaced(inner) for inner in value] if isinstance(value, tuple) else value


RULE = ChangeRule(CODE, find)

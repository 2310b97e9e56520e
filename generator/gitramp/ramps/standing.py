"""Since when canaries have had their positions, who gave them, and whether that was by hand and so holds the ramp.

Owns the walk back along a branch for many services at once, and what "by hand" means. Git is the only witness: what a
shallow clone does not have is told as unknown. Must not know any rule of steps.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gitramp import repo
from gitramp.actions import Action, actions
from gitramp.ramps.positions import Position, Reader, View, position
from gitramp.source import Snapshot, show
from gitramp.workspace import ENVIRONMENTS

Key = tuple[str, str]
"""A service and an environment, in the order in which an action names them."""

LIFTING = frozenset({"canary/unhold", "canary/start"})
_MOVING = frozenset({"canary/start", "canary/promote", "canary/set", "canary/advance", "canary/abort"})
_SET = frozenset({"canary", "canary.track", "canary.weight", "canary.match", "stable"})
_NOTHING = Snapshot({})


@dataclass(frozen=True, slots=True)
class Deed:
    """A commit that gave a canary its position, when it was made, and what it says that gitramp did there.

    `by_hand` is None where a shallow clone lacks what a merge brought in.
    """

    commit: str
    time: int
    author: str
    actions: tuple[Action, ...]
    by_hand: bool | None

    @property
    def who(self) -> str:
        """The author's name, without the address."""
        return show(self.author.rpartition(" <")[0] or self.author)


@dataclass(frozen=True, slots=True)
class Stay:
    """How a canary came to stand where it does.

    `deed` is the commit that gave it track, weight and matches; `share_since` is since when it has had track and
    weight, from which the bake time is counted. `before` is the position before, and since when that was. `held` is
    whether a person put it there in a way that no bot may undo. None is unknown: the history ends before.
    """

    position: Position
    deed: Deed | None = None
    share_since: int | None = None
    before: Position | None = None
    before_since: int | None = None
    held: bool | None = None

    @property
    def why_held(self) -> str:
        """Say who holds the ramp by what; "" when nobody does, or nobody knows."""
        if not self.held or self.deed is None or self.before is None:
            return ""
        down = self.position.is_below(self.before)
        when = "down" if down else "within the bake time"
        weights = f"{self.before.weight} % -> {self.position.weight} %"
        return f"{self.deed.who} moved it {when}, {weights}, by hand in commit {self.deed.commit[:12]}"


@dataclass(frozen=True, slots=True)
class Turn:
    """A commit of a branch that changed a service of an environment: the service before it and after it, merged.

    `readable` is whether the overlays before could be read, `known` whether they are there; `depth` counts the commits
    that were looked at. `names` are those of the overlays that made the environment after it. `taken` are the overlays
    before it, where the reader is asked for whole services.
    """

    commit: repo.Commit
    depth: int
    service: str
    environment: str
    before: Any = None
    after: Any = None
    readable: bool = True
    known: bool = True
    names: frozenset[str] = frozenset()
    taken: Snapshot = _NOTHING


@dataclass(frozen=True, slots=True)
class _Trace:
    """What turns tell of one canary: which gave it position and share, which came before, and whether that is all."""

    at: Turn | None
    share_at: Turn | None
    before: Position | None
    before_at: Turn | None
    ended: bool


def stays(
    repository: repo.Repository,
    tip: repo.Commit,
    taken: Snapshot,
    names: Collection[str],
    services: Collection[str] = (),
) -> Mapping[Key, Stay]:
    """Say of each service with a canary how that came to stand where it does, at a commit with the overlays it has.

    `names` are environments, `services` those of interest, all when none is named. An environment that cannot be read
    at the commit has none.
    """
    reader = Reader(services)
    now = {key: at for key, said in _services(reader, taken, names).items() if (at := position(said))}
    told: dict[Key, list[Turn]] = {key: [] for key in now}
    waiting = set(now)
    for turn in turns(repository, tip, taken, reader, waiting):
        key = turn.service, turn.environment
        told[key].append(turn)
        if _trace(now[key], told[key]).ended:
            waiting.discard(key)
    traces = {key: _trace(now[key], told[key]) for key in now}
    oldest = max((trace.at for trace in traces.values() if trace.at), key=lambda turn: turn.depth, default=None)
    landed = repo.arrivals(repository, tip, oldest.commit) if oldest else ()
    return {key: _stay(now[key], trace, landed) for key, trace in traces.items()}


def turns(
    repository: repo.Repository, tip: repo.Commit, taken: Snapshot, reader: Reader, waiting: Collection[Key]
) -> Iterator[Turn]:
    """Yield the commits that changed services, newest first; who takes a key out of `waiting` is told no more of it.

    Where a shallow clone ends, the last turn of each that waits is not `known`.
    """
    files = {path: content for path, content in taken.files.items() if reader.wants(path)}
    views = {name: reader.view(files, name) for name in {name for _, name in waiting}}
    for depth, landing in enumerate(repo.landings(repository, tip, ENVIRONMENTS, reader.wants)):
        if landing.before is None:
            yield from (Turn(landing.commit, depth, *key, readable=False, known=False) for key in tuple(waiting))
            return
        for path, content in landing.before.items():
            files.pop(path, None)
            if content is not None:
                files[path] = content
        for name in {name for _, name in waiting}:
            after = views[name]
            if any(after.depends_on(path) for path in landing.before):
                views[name] = reader.view(files, name)
                keys = [key for key in waiting if key[1] == name]
                here = Snapshot(dict(files)) if reader.whole else _NOTHING
                found = (_turn(landing.commit, depth, key, views[name], after) for key in keys)
                yield from (replace(turn, taken=here) for turn in found if turn)
        if not waiting:
            return


def _services(reader: Reader, taken: Snapshot, names: Collection[str]) -> dict[Key, Any]:
    files = {path: content for path, content in taken.files.items() if reader.wants(path)}
    views = [reader.view(files, name) for name in names]
    return {(service, v.environment): said for v in views for service, said in (v.services or {}).items()}


def _turn(commit: repo.Commit, depth: int, key: Key, before: View, after: View) -> Turn | None:
    """Return what a commit did to a service; None when that is nothing."""
    if before.services is None:
        return Turn(commit, depth, *key, after=_said(after, key), readable=False, names=after.names)
    was, is_now = _said(before, key), _said(after, key)
    if was == is_now and after.services is not None:
        return None
    return Turn(commit, depth, *key, was, is_now, names=after.names)


def _said(view: View, key: Key) -> Any:
    return (view.services or {}).get(key[0])


def _trace(now: Position, told: Sequence[Turn]) -> _Trace:
    at = _first(told, lambda was: was != now)
    share_at = _first(told, lambda was: was is None or was.share != now.share)
    older = [turn for turn in told if at is not None and turn.depth >= at.depth]
    readable = next((turn for turn in older if turn.readable), None)
    before = position(readable.before) if readable else None
    rest = [turn for turn in older if readable is not None and turn.depth > readable.depth]
    before_at = _first(rest, lambda was: was != before) if before else None
    known = [turn if turn and turn.known else None for turn in (at, share_at, before_at)]
    found = bool(readable and share_at and (before is None or before_at))
    return _Trace(known[0], known[1], before, known[2], found or any(not turn.known for turn in told))


def _first(told: Sequence[Turn], differs: Callable[[Position | None], bool]) -> Turn | None:
    """Return the turn before which a position was another; what cannot be read was another, as GR511 has it."""
    return next((turn for turn in told if not turn.readable or differs(position(turn.before))), None)


def _stay(now: Position, trace: _Trace, landed: Sequence[repo.Arrival]) -> Stay:
    if trace.at is None:
        return Stay(now)
    stay = Stay(
        now,
        deed(trace.at, next(each for each in landed if each.commit.id == trace.at.commit.id)),
        trace.share_at.commit.time if trace.share_at else None,
        trace.before,
        trace.before_at.commit.time if trace.before_at else None,
    )
    held = _is_held(stay, stay.deed) if stay.deed else None
    return replace(stay, held=held if held is False else held and not _is_lifted(trace.at, landed))


def deed(turn: Turn, arrival: repo.Arrival) -> Deed:
    """Say whose doing it was what a commit did to the service of a turn."""
    ours = done_to(turn, arrival)
    moves = not turn.readable or position(turn.before) != position(turn.after)
    done = any(_moves(each, turn) for each in ours) if moves else bool(ours)
    by_hand = not done if done or arrival.whole else None
    return Deed(arrival.commit.id, arrival.commit.time, arrival.author, ours, by_hand)


def _moves(action: Action, turn: Turn) -> bool:
    """Say whether an action may have given the position of a turn: no hold has, nor a step beyond where it is."""
    if action.verb == "set":
        return action.words in _SET
    reached = action.words.rpartition("->")[2]
    now = position(turn.after)
    if now is None or action.environment != turn.environment or not reached.isdecimal():
        return action.verb in _MOVING
    return action.verb in _MOVING and int(reached) <= now.weight  # else a person went down afterwards


def done_to(turn: Turn, arrival: repo.Arrival) -> tuple[Action, ...]:
    """Return what gitramp did to a service, in an environment or in one that it extends and so moves with."""
    found = actions(arrival.messages)
    return tuple(each for each in found if each.service == turn.service and each.environment in turn.names)


def _is_lifted(turn: Turn, landed: Sequence[repo.Arrival]) -> bool:
    """Say whether a commit after a turn lifts the hold that the turn is."""
    later = itertools.takewhile(lambda arrival: arrival.commit.id != turn.commit.id, landed)
    return any(action.verb in LIFTING for arrival in later for action in done_to(turn, arrival))


def _is_held(stay: Stay, done: Deed) -> bool | None:
    """Say whether a position is a hold: set by hand, downwards or before the one before had its bake time."""
    before, bake = stay.before, stay.before.bake or stay.position.bake if stay.before else 0
    if before is None or done.by_hand is False:
        return False
    if stay.position.is_below(before):
        return done.by_hand
    if before.weight == 0 or not bake:
        return False
    if stay.before_since is None:
        return None
    return done.by_hand if done.time - stay.before_since < bake else False

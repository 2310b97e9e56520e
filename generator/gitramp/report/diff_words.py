"""What a change does, in words: sections of lines that every format of `gitramp diff` writes in its own way.

Owns the sentences and what is left out of them. Must not know any format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gitramp.changes import Asked, Outcome, Routing
from gitramp.pipeline import EnvironmentDiff
from gitramp.report.answers import percent
from gitramp.router import MESH
from gitramp.source import show

_MOST = 12
"""Lines of a kind before the rest is a count."""
_LONGEST = 160


class Line(NamedTuple):
    """A line and what stands beneath it."""

    text: str
    inside: tuple[str, ...] = ()


class Section(NamedTuple):
    """One question of a review and its answer; `lines` may be empty when the title says it all."""

    title: str
    lines: tuple[Line, ...] = ()


def heading(each: EnvironmentDiff) -> str:
    """Say in one line what changes, as a commit's subject would."""
    change = "" if each.change == "changed" else f" {each.change}"
    said = "; ".join(short(each.sentences, 4)) if each.change != "removed" else ""
    return f"{each.name}{change}: {said}" if said else f"{each.name}{change}"


def sections(each: EnvironmentDiff) -> Iterator[Section]:
    """Yield what a reviewer asks of one environment, traffic first."""
    if each.change == "changed":
        yield _traffic(each)
        if each.matches:
            said = (f"{match.service} {match.kind}: {match.says}" for match in each.matches)
            yield Section("matches", tuple(Line(text) for text in short(said)))


def short(texts: Iterable[str], most: int = _MOST) -> tuple[str, ...]:
    """Cut a list of texts, with the count of what is left out, and each of them where it is too long."""
    listed = [show(text, _LONGEST) for text in texts]
    rest = len(listed) - most
    return tuple(listed) if rest <= 1 else (*listed[:most], f"and {rest:,} more")


def _traffic(each: EnvironmentDiff) -> Section:
    differing = [routing for routing in each.routings if routing.differs]
    if not differing:
        return Section("traffic: every request is answered as before")
    lines = [_routing(alike) for alike in _alike(differing)]
    rest = len(lines) - _MOST
    return Section("traffic", tuple(lines) if rest <= 1 else (*lines[:_MOST], Line(f"and {rest:,} more")))


def _alike(routings: Iterable[Routing]) -> list[list[Routing]]:
    """Bring ways in together that treat a service's requests alike."""
    groups: dict[object, list[Routing]] = {}
    for each in routings:
        key = (each.service, tuple((a.words, a.before, a.after) for a in each.asked))
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _routing(alike: list[Routing]) -> Line:
    ways = " and ".join(short((_way(each) for each in alike), 3))
    asked = alike[0].asked
    changed = [f"{each.words}: {_change(each)}" for each in asked if each.differs]
    kept = short((f"{each.words} ({_outcome(each.after)})" for each in asked if not each.differs), 6)
    return Line(f"{alike[0].service} {ways}", (*short(changed), *((f"unchanged: {', '.join(kept)}",) if kept else ())))


def _way(routing: Routing) -> str:
    where = "in the mesh" if routing.way_in == MESH else f"at {routing.way_in}"
    return f"{where} ({routing.host})"


def _change(asked: Asked) -> str:
    before, after = asked.before, asked.after
    if before is None or after is None or not before.shares or not after.shares:
        return f"{_outcome(before)} -> {_outcome(after)}"
    tracks = dict.fromkeys(name for name, _ in (*after.shares, *before.shares))
    return ", ".join(f"{t} {percent(before.of(t))} -> {percent(after.of(t))}" for t in sorted(tracks))


def _outcome(outcome: Outcome | None) -> str:
    if outcome is None:
        return "not routed"
    if outcome.status:
        return f"{outcome.status}, {outcome.says}"
    if len(outcome.shares) == 1:
        return outcome.shares[0][0]
    return ", ".join(f"{name} {percent(share)}" for name, share in outcome.shares) or "nobody"

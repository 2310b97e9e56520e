"""Who answers requests before and after a change, in words.

Owns the sentences and the rows of tables about traffic. Must not know any format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gitramp.changes import REST, Asked, Outcome, Routing
from gitramp.report.answers import answered_by, percent
from gitramp.report.diff_parts import LONGEST, MOST, Line, Row, Section, cut, short
from gitramp.router import MESH
from gitramp.source import show


def traffic(routings: Iterable[Routing]) -> Section:
    """Say of each service, host and way in who answers which requests; of those that differ."""
    differing = [routing for routing in routings if routing.differs]
    if not differing:
        return Section("traffic: every request is routed as before")
    lines = [_routing(alike) for alike in _alike(differing)]
    return Section("traffic", cut(tuple(lines)))


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
    rest = {REST, f"port {alike[0].port}"} if len(asked) == 1 else set()
    words = {id(e): "all requests" if e.words in rest else show(e.words, LONGEST) for e in asked}
    changed = [each for each in asked if each.differs]
    kept = [each for each in asked if not each.differs]
    said = short((f"{words[id(each)]} ({_outcome(each.after)})" for each in kept), 6)
    lines = short((f"{words[id(each)]}: {_change(each)}" for each in changed), longest=4 * LONGEST)
    rows = [Row(words[id(e)], *_both(e)) for e in changed[: MOST + 1]]
    if len(changed) > len(rows):
        rows.append(Row(f"and {len(changed) - len(rows):,} more", "", ""))
    same: dict[str, list[str]] = {}
    for each in kept:
        same.setdefault(_outcome(each.after), []).append(words[id(each)])
    rows += [Row(", ".join(short(named, 6)), outcome) for outcome, named in same.items()]
    text = f"{alike[0].service} {ways}"
    return Line(text, (*lines, *((f"unchanged: {', '.join(said)}",) if said else ())), tuple(rows))


def _both(asked: Asked) -> tuple[str, str]:
    before, after = _outcome(asked.before), _outcome(asked.after)
    if asked.before is None or asked.after is None:
        return before, ", ".join((after, *_arriving(asked)))
    if asked.before.path != asked.after.path:
        path = asked.request.path
        before, after = (
            f"{text} as {show(each.path or path)}" for text, each in ((before, asked.before), (after, asked.after))
        )
    return before, ", ".join((after, *_treated(asked.before, asked.after)))


def _way(routing: Routing) -> str:
    where = "in the mesh" if routing.way_in == MESH else f"at {routing.way_in}"
    port = f":{routing.port}" if routing.port else ""
    return f"{where} ({routing.host}{port})"


def _change(asked: Asked) -> str:
    before, after = asked.before, asked.after
    if before is None or after is None or not before.shares or not after.shares:
        return ", ".join((f"{_outcome(before)} -> {_outcome(after)}", *_arriving(asked)))
    tracks = dict.fromkeys(name for name, _ in (*after.shares, *before.shares))
    moved = before.shares != after.shares
    said = [f"{t} {percent(before.of(t))} -> {percent(after.of(t))}" for t in sorted(tracks)] if moved else []
    if before.path != after.path:
        path = asked.request.path
        said.append(f"sent on as {show(before.path or path)} -> {show(after.path or path)}")
    return ", ".join((*said, *_treated(before, after)))


def _arriving(asked: Asked) -> Iterator[str]:
    """Yield what is done with requests that no track answered before."""
    if asked.after is None:
        return
    if asked.after.path and asked.after.shares:
        yield f"sent on as {show(asked.request.path)} -> {show(asked.after.path)}"
    known = asked.before.treated if asked.before else ()
    yield from (f"{each.name} {each.shown}".rstrip() for each in asked.after.treated if each not in known)


def _treated(before: Outcome, after: Outcome) -> Iterator[str]:
    """Yield what is done with requests in another way."""
    old, new = ({each.name: each for each in outcome.treated} for outcome in (before, after))
    for name in dict.fromkeys((*new, *old)):
        was, is_ = old.get(name), new.get(name)
        if was == is_:
            continue
        then, now = (each.shown if each else "none" for each in (was, is_))
        yield f"{name} {then} -> {now}" if then and now and then != now else f"{name} changed"


def _outcome(outcome: Outcome | None) -> str:
    if outcome is None:
        return "not routed"
    return outcome.shares[0][0] if len(outcome.shares) == 1 else answered_by(outcome)

"""Where everything of a traffic picture lies: a narrow column, so that it is read on a phone and stands beside others.

Owns the geometry: ways in at the top, rules down a trunk at the left, tracks at the right, bands as thick as their
share. Pure arithmetic over a flow. Must not know markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gitramp.overview import Flow, Rule, TrackSeen
from gitramp.report.markup import visible
from gitramp.report.page.words import requests

WIDTH = 320
TRUNK = 11
LEFT = 26
"""Where labels begin."""
BOX = 108
BOX_LEFT = WIDTH - BOX - 2
BEND = BOX_LEFT - 42
"""Where bands leave their lane for their box; no label reaches beyond, so that none is crossed."""
LINE = 14
LETTER = 6.95
"""Width of a letter of the labels: a monospaced one of 11.5 px takes 0.6 em."""
_THICKEST, _THINNEST = 24.0, 3.0
_LANE = 19.0
_LABEL_LETTERS = int((BEND - LEFT) / LETTER)
_LABEL_LINES = 5
_HOST_LETTERS = int((WIDTH - LEFT) / 7.0)
_VIA_LETTERS = int((WIDTH - LEFT) / 6.4)
_HOSTS = 3
_RULES = 14
_IDLE = 3
"""Tracks without requests that are drawn: a service may keep many."""
_GAP = 12.0
_BOX_HEIGHT, _SMALL_BOX = 72.0, 44.0


@dataclass(frozen=True, slots=True)
class Entrance:
    """Ways in by the same door: the middle of its sign, the hosts, and what is said of the door, a line each."""

    y: float
    inside: bool
    hosts: tuple[str, ...]
    via: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A share of a rule: the band's middle at its start and at its box, how thick it is, and what it says."""

    to: str
    share: Fraction
    y: float
    thick: float
    end: float = 0.0
    copies: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: the lines of its label, the first one's baseline, and its lanes."""

    label: tuple[str, ...]
    y: float
    lanes: tuple[Lane, ...]
    rest: bool


@dataclass(frozen=True, slots=True)
class Box:
    """Who answers: a track, or the proxy itself when there is none; `lines` are what it says then."""

    name: str
    y: float
    height: float
    track: TrackSeen | None
    lines: tuple[str, ...] = ()
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture: ways in, rules and boxes, and its height."""

    entrances: tuple[Entrance, ...]
    rows: tuple[Row, ...]
    boxes: tuple[Box, ...]
    height: float


def layout(flow: Flow, tracks: Sequence[TrackSeen], mirror: int = 0) -> Layout:
    """Lay a flow out."""
    entrances, top = _entrances(flow)
    rows = _rows(flow, tracks, top, mirror)
    boxes = _boxes(rows, tracks, flow, top)
    rows = _attached(rows, boxes)
    lowest_row = max((row.lanes[-1].y + row.lanes[-1].thick / 2 for row in rows if row.lanes), default=top)
    height = max(lowest_row, *(box.y + box.height for box in boxes), top) + 6
    return Layout(entrances, rows, boxes, height)


def left_out(flow: Flow) -> int:
    """Return how many rules a picture leaves to the table."""
    return max(0, len(flow.rules) - _RULES)


def _entrances(flow: Flow) -> tuple[tuple[Entrance, ...], float]:
    """Put hosts that come in by one door together; return where the rules begin."""
    doors: dict[tuple[str, str, bool], list[str]] = {}
    for way in flow.ways:
        doors.setdefault((way.where, way.via, way.inside), []).append(shortened(visible(way.host), _HOST_LETTERS))
    found, y = [], 0.0
    for (where, via, inside), hosts in doors.items():
        rest = len(hosts) - _HOSTS
        named = tuple(hosts) if rest <= 1 else (*hosts[:_HOSTS], f"and {rest} more hosts")
        said = f"{where}, {via}" if via else where
        lines = (said,) if len(said) <= _VIA_LETTERS else (where, via)
        found.append(Entrance(y + 10, inside, named, tuple(shortened(visible(line), _VIA_LETTERS) for line in lines)))
        y += LINE * (len(named) + len(lines)) + 8
    return tuple(found), y + 6


def _rows(flow: Flow, tracks: Sequence[TrackSeen], top: float, mirror: int) -> tuple[Row, ...]:
    rows: list[Row] = []
    y = top
    shown = flow.rules if len(flow.rules) <= _RULES else (*flow.rules[: _RULES - 1], flow.rules[-1])
    for rule in shown:
        label = _label(rule, flow)
        catch_all = rule.rest or rule is shown[-1]
        lanes, bottom = _lanes(rule, tracks, y + LINE * len(label) + 6, mirror if rule.rest else 0, whole=catch_all)
        rows.append(Row(label, y + 10, lanes, rule.rest))
        y = bottom + _GAP
    return tuple(rows)


def _lanes(
    rule: Rule, tracks: Sequence[TrackSeen], y: float, mirror: int, *, whole: bool
) -> tuple[tuple[Lane, ...], float]:
    """Return a lane a share, those of the canary on top: what else reaches it is above."""
    roles = {track.name: track.role for track in tracks}
    shares = sorted(rule.outcome.shares, key=lambda each: (roles.get(each[0]) == "stable", each[0]))
    wanted = [(name, share, False) for name, share in shares]
    wanted += [(_proxy(rule), Fraction(1), False)] if rule.outcome.status or not shares else []
    canary = next((track.name for track in tracks if track.role == "canary"), "")
    wanted[:0] = [(canary, Fraction(mirror, 100), True)] if mirror and canary else []
    lanes: list[Lane] = []
    for name, share, copies in wanted:
        most = _THICKEST if whole or len(shares) > 1 else _THINNEST
        thick = max(_THINNEST, float(share) * most)
        height = max(_LANE, thick)
        lanes.append(Lane(name, share, y + height / 2, thick, copies=copies))
        y += height + 3
    return tuple(lanes), y


def _proxy(rule: Rule) -> str:
    return f"\0{rule.outcome.status or 'nobody'}"


def _boxes(rows: Sequence[Row], tracks: Sequence[TrackSeen], flow: Flow, top: float) -> tuple[Box, ...]:
    """Put boxes beside the lanes that lead to them, in their order, none over another; those of idle tracks below."""
    known = {track.name: track for track in tracks}
    wanted: dict[str, list[Lane]] = {}
    for lane in (lane for row in rows for lane in row.lanes):
        wanted.setdefault(lane.to, []).append(lane)
    placed = [_box(name, lanes, known.get(name), flow) for name, lanes in wanted.items()]
    placed.sort(key=lambda box: box.y)
    idle = [Box(t.name, 1e9, _BOX_HEIGHT, t, idle=True) for t in tracks if t.name not in wanted]
    return _apart([*placed, *idle[:_IDLE]], top)


def _box(name: str, lanes: Sequence[Lane], track: TrackSeen | None, flow: Flow) -> Box:
    middle = sum(lane.y * lane.thick for lane in lanes) / sum(lane.thick for lane in lanes)
    height = max(_BOX_HEIGHT if track else _SMALL_BOX, sum(lane.thick + 3 for lane in lanes) + 10)
    lines = () if track else _said(name, flow)
    return Box(name, middle - height / 2, height, track, lines)


def _said(name: str, flow: Flow) -> tuple[str, ...]:
    """Say in a box what is no track: the answer that the proxy gives, or a host outside."""
    if not name.startswith("\0"):
        return (shortened(visible(name), 15), "elsewhere")
    status = name[1:]
    if status == "nobody":
        return ("nobody", "no back end")
    says = next(rule.outcome.says for rule in flow.rules if str(rule.outcome.status) == status)
    return (status, "redirect" if says.startswith("redirect") else "by the proxy")


def _apart(boxes: Sequence[Box], top: float) -> tuple[Box, ...]:
    """Push boxes down until none covers another, then up again as far as that leaves room."""
    placed: list[Box] = []
    y = top - 4
    for box in boxes:
        at = max(y, box.y if box.y < 1e8 else y)
        placed.append(replace(box, y=at))
        y = at + box.height + 8
    return tuple(placed)


def _attached(rows: Sequence[Row], boxes: Sequence[Box]) -> tuple[Row, ...]:
    """Let bands end at their boxes, one below the other."""
    ends: dict[str, float] = {}
    for box in boxes:
        lanes = [lane for row in rows for lane in row.lanes if lane.to == box.name]
        ends[box.name] = box.y + box.height / 2 - sum(lane.thick + 3 for lane in lanes) / 2 + 1.5
    attached = []
    for row in rows:
        lanes = []
        for lane in row.lanes:
            lanes.append(replace(lane, end=ends[lane.to] + lane.thick / 2))
            ends[lane.to] += lane.thick + 3
        attached.append(replace(row, lanes=tuple(lanes)))
    return tuple(attached)


def _label(rule: Rule, flow: Flow) -> tuple[str, ...]:
    """Break a label at its words, each class on lines of its own; what does not fit is left to the table."""
    if rule.rest or len(rule.words) == 1:
        return tuple(_broken(visible(requests(rule, flow)))[:_LABEL_LINES])
    lines: list[str] = []
    for number, words in enumerate(rule.words):
        more = _broken(visible(f"or {words}" if number else words))
        left = len(rule.words) - number
        if len(lines) + len(more) > _LABEL_LINES - (left > 1) and lines:
            return (*lines, f"or {left} more")
        lines.extend(more[:_LABEL_LINES])
    return tuple(lines)


def _broken(said: str) -> list[str]:
    lines = [""]
    for word in said.split(" "):
        room = _LABEL_LETTERS - (3 if lines[-1] == "or" else 0)
        piece = shortened(word, room)
        joined = f"{lines[-1]} {piece}".strip()
        if len(joined) <= _LABEL_LETTERS:
            lines[-1] = joined
        else:
            lines.append(piece)
    if len(lines) > _LABEL_LINES:
        lines[_LABEL_LINES - 1] = shortened(f"{lines[_LABEL_LINES - 1]} ...", _LABEL_LETTERS)
    return lines


def shortened(said: str, letters: int) -> str:
    """Cut a text in its middle: names differ at either end."""
    if len(said) <= letters:
        return said
    head = (letters - 1) * 3 // 5
    return f"{said[:head]}\u2026{said[len(said) - (letters - 1 - head) :]}"

"""A service's traffic as a picture: ways in, rules, and bands as thick as their share that lead to the tracks.

Owns its shapes and words, and the name and description that those get who do not see it. Must not know where things
lie: `layout` says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitramp.overview import Flow, ServiceSeen, TrackSeen
from gitramp.report.answers import percent
from gitramp.report.markup import text, visible
from gitramp.report.page.layout import (
    BEND,
    BOX,
    BOX_LEFT,
    LEFT,
    LINE,
    TRUNK,
    WIDTH,
    Box,
    Entrance,
    Lane,
    Layout,
    layout,
    shortened,
)
from gitramp.report.page.words import MUTUAL_TLS, answer, described, requests, ways
from gitramp.report.standings import tag

_BOX_LETTERS = 14
_LOCK = "M0 4.5h8v6H0zM1.5 4.5V3a2.5 2.5 0 0 1 5 0v1.5"


def picture(flow: Flow, seen: ServiceSeen, name: str, title: str) -> Iterator[str]:
    """Yield a flow of a service as SVG; `name` is the id that others are made from."""
    mirror = seen.service.canary.mirror if seen.service.canary else 0
    laid = layout(flow, seen.tracks, mirror)
    roles = {track.name: track.role for track in seen.tracks}
    yield (
        f'<svg class="flow" viewBox="0 0 {WIDTH} {laid.height:g}" role="img" '
        f'aria-labelledby="{name}-t" aria-describedby="{name}-d">'
    )
    yield f'<title id="{name}-t">{text(title)}</title>'
    yield f'<desc id="{name}-d">{text(_said(flow, seen.tracks, mirror))}</desc>'
    yield from _trunk(laid)
    yield from _bands(laid, roles)
    for entrance in laid.entrances:
        yield from _entrance(entrance)
    for row in laid.rows:
        kind = "rest" if row.rest else "match"
        for number, line in enumerate(row.label):
            yield f'<text class="{kind}" x="{LEFT}" y="{row.y + LINE * number:g}">{text(line)}</text>'
        for lane in row.lanes:
            yield from _pill(lane, roles.get(lane.to, ""))
    for box in laid.boxes:
        yield from _box(box)
    yield "</svg>"


def _said(flow: Flow, tracks: Sequence[TrackSeen], mirror: int) -> str:
    """Say all of a picture in sentences."""
    rules = "; ".join(f"{requests(rule, flow)}: {answer(rule.outcome)}" for rule in flow.rules)
    copies = f" The canary gets copies of {mirror} % of them." if mirror else ""
    return f"{ways(flow)}. {rules}.{copies} {'; '.join(described(track) for track in tracks)}."


def _trunk(laid: Layout) -> Iterator[str]:
    lanes = [lane for row in laid.rows for lane in row.lanes]
    if laid.entrances and lanes:
        yield f'<path class="trunk" d="M{TRUNK} {laid.entrances[0].y:g}V{lanes[-1].y:g}"/>'


def _entrance(entrance: Entrance) -> Iterator[str]:
    """Yield a door of the picture: a square one from outside, a round one from inside."""
    y = entrance.y
    shape = f'<circle class="way" cx="{TRUNK}" cy="{y:g}" r="6.5"/>'
    if not entrance.inside:
        shape = f'<rect class="way" x="{TRUNK - 6.5}" y="{y - 6.5:g}" width="13" height="13" rx="2.5"/>'
    yield shape
    lines = [*(("host", host) for host in entrance.hosts), *(("via", line) for line in entrance.via)]
    for number, (kind, line) in enumerate(lines):
        yield f'<text class="{kind}" x="{LEFT}" y="{y + 4 + LINE * number:g}">{text(line)}</text>'


def _bands(laid: Layout, roles: dict[str, str]) -> Iterator[str]:
    """Yield bands, the thick ones first, so that the canary's lies on top of what it crosses."""
    lanes = sorted((lane for row in laid.rows for lane in row.lanes), key=lambda lane: -lane.thick)
    for lane in lanes:
        kind = f"{roles.get(lane.to) or 'other'}{' copies' if lane.copies else ''}"
        yield f'<path class="band {kind}" stroke-width="{lane.thick:g}" d="{_course(lane)}"/>'


def _course(lane: Lane) -> str:
    """Return the middle of a band: straight along its lane, then bent to its box."""
    middle = (BEND + BOX_LEFT) / 2
    return f"M{TRUNK - 1.5} {lane.y:g}H{BEND}C{middle:g} {lane.y:g} {middle:g} {lane.end:g} {BOX_LEFT} {lane.end:g}"


def _pill(lane: Lane, role: str) -> Iterator[str]:
    """Yield a share as a number on its band."""
    said = percent(lane.share) if not lane.copies else f"copy of {percent(lane.share)}"
    if lane.to.startswith("\0"):
        return
    width = 7.2 * len(said) + 12
    yield (
        f'<rect class="pill {role or "other"}" x="{LEFT + 4}" y="{lane.y - 8:g}" width="{width:g}" height="16" rx="8"/>'
        f'<text class="share {role or "other"}" x="{LEFT + 4 + width / 2:g}" y="{lane.y + 4:g}">{text(said)}</text>'
    )


def _box(box: Box) -> Iterator[str]:
    role = box.track.role if box.track else ""
    kind = f"{role or 'other'}{' idle' if box.idle else ''}"
    yield f'<rect class="box {kind}" x="{BOX_LEFT}" y="{box.y:g}" width="{BOX}" height="{box.height:g}" rx="7"/>'
    x = BOX_LEFT + 9
    lines = _lines(box)
    y = box.y + (box.height - 15 * len(lines)) / 2 + 11
    for number, (kind, line) in enumerate(lines):
        at = y + 15 * number
        if kind == "tls" and box.track and box.track.mutual_tls == "STRICT":
            yield f'<path class="lock" transform="translate({x} {at - 9.5:g})" d="{_LOCK}"/>'
            yield f'<text class="{kind}" x="{x + 13}" y="{at:g}">{text(line)}</text>'
        else:
            yield f'<text class="{kind}" x="{x}" y="{at:g}">{text(line)}</text>'
    if role or box.idle:
        word = role if not box.idle else "idle"
        yield f'<text class="role {role or "other"}" x="{WIDTH - 9}" y="{y:g}">{word}</text>'


def _lines(box: Box) -> list[tuple[str, str]]:
    track = box.track
    if track is None:
        return [("name", visible(box.lines[0])), *(("small", visible(line)) for line in box.lines[1:])]
    return [
        ("name", shortened(visible(track.name), 7)),
        ("small", shortened(visible(tag(track.image)), _BOX_LETTERS)),
        ("small", shortened(visible(track.namespace), _BOX_LETTERS)),
        ("tls", MUTUAL_TLS.get(track.mutual_tls, "")),
    ]

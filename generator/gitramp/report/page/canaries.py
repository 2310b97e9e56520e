"""The canaries under way: how far each has come, since when, what comes next, and what keeps it back.

Owns which come first. Must not know how a standing is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gitramp import traffic
from gitramp.model import Canary
from gitramp.overview import Overview, ServiceSeen
from gitramp.ramps.ahead import Ahead, State
from gitramp.report.markup import table, text
from gitramp.report.page.words import UNBUILT, anchor, share, unbuilt, unknown
from gitramp.report.standings import doer, tag
from gitramp.source import show
from gitramp.steps import clock

_CARDS = 24
"""Canaries that get a card; the others are rows of a table."""
_BADGES: Mapping[State | None, tuple[str, str]] = {
    State.ABORTED: ("aborted", "bad"),
    State.HELD: ("held", "warn"),
    State.REFUSED: ("refused", "warn"),
    State.APPROVAL: ("needs approval", "warn"),
}
_FIRST = (State.ABORTED, State.HELD, State.REFUSED, State.APPROVAL)


class _Shown(NamedTuple):
    """A canary of an environment, and the anchor of its service."""

    environment: str
    seen: ServiceSeen
    canary: Canary
    at: str
    committed: bool

    @property
    def ahead(self) -> Ahead | None:
        return self.seen.standing.ahead if self.seen.standing else None

    @property
    def state(self) -> State | None:
        """How it stands for people: that somebody must agree counts also while it bakes."""
        ahead = self.ahead
        waits = ahead is not None and ahead.state is State.WAITING
        return State.APPROVAL if ahead and waits and ahead.approvers else ahead.state if ahead else None

    @property
    def urgency(self) -> int:
        """What wants a person comes first."""
        return _FIRST.index(self.state) if self.state in _FIRST else len(_FIRST)


def canaries(overview: Overview) -> Iterator[str]:
    """Yield the canaries, those first that wait for somebody."""
    shown = sorted(_shown(overview), key=lambda each: each.urgency)
    yield '<section aria-labelledby="canaries">\n<h2 id="canaries">Canaries under way</h2>'
    yield from unbuilt(overview)
    yield _edited(overview)
    if not shown:
        none = "" if unknown(overview) else ": every service has one track that takes all of its traffic"
        yield f"<p>None{none}.</p>\n</section>"
        return
    yield '<div class="cards wide">'
    for each in shown[:_CARDS]:
        yield from _card(each)
    yield "</div>"
    if rest := shown[_CARDS:]:
        yield f'<details class="more"><summary>{len(rest):,} more</summary>'
        yield from table(
            "More canaries under way", ("Service", "Environment", "Canary", "Share", "Next"), map(_row, rest)
        )
        yield "</details>"
    yield "</section>"


def _edited(overview: Overview) -> str:
    """Say that `gitramp status` may tell another position: it reads the commit, this page the disk."""
    if not overview.edited or overview.commit is None:
        return ""
    commit = f"<code>{overview.commit.id[:12]}</code>"
    return (
        f"<p>The overlays on the disk are not those of commit {commit}. Positions are the disk's, where they can be"
        " built; <code>gitramp status</code> tells the commit's.</p>"
    )


def _shown(overview: Overview) -> Iterator[_Shown]:
    names = sorted({seen.service.name for each in overview.environments for seen in each.services})
    numbers = {name: number for number, name in enumerate(names)}
    for environment in overview.environments:
        for seen in environment.canaries:
            name, canary = seen.service.name, seen.service.canary
            if canary is not None:
                yield _Shown(environment.name, seen, canary, anchor("s", name, numbers[name]), environment.committed)


def _card(each: _Shown) -> Iterator[str]:
    service, canary = each.seen.service, each.canary
    badge, kind = _BADGES.get(each.state, ("", ""))
    yield '<article class="card canary"><div class="head">'
    yield f'<h3><a href="#{each.at}">{text(service.name)}</a> in {text(each.environment)}</h3>'
    yield f'<span class="badge {kind}">{badge}</span></div>' if badge else "</div>"
    version = service.tracks[canary.track].image.text if canary.track in service.tracks else ""
    named = text(f"{canary.track} {tag(version)}".strip())
    yield f'<p class="share"><strong>{share(canary).capitalize()}</strong> {named}</p>'
    yield f'<div class="bar" aria-hidden="true"><span style="width:{canary.weight}%"></span></div>'
    yield f'<p class="rest">{100 - canary.weight} % {text(_stable(each))}</p>'
    yield from _steps(canary)
    yield "<dl>"
    for name, value in _facts(each):
        yield f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>"
    yield "</dl></article>"


def _stable(each: _Shown) -> str:
    service = each.seen.service
    track = service.tracks.get(service.stable)
    return f"{service.stable} {tag(track.image.text)}" if track else service.stable


def _steps(canary: Canary) -> Iterator[str]:
    """Yield the plan as a list of its steps, with what is behind, where it stands, and what is ahead."""
    if canary.ramp is None:
        return
    yield '<ol class="steps" aria-label="Steps of the ramp, in percent">'
    for step in dict.fromkeys((*canary.ramp.steps, 100)):
        if step < canary.weight:
            yield f'<li class="done">{step}<span class="unseen"> done</span></li>'
        elif step == canary.weight:
            yield f'<li class="now" aria-current="step">{step}</li>'
        else:
            yield f"<li>{step}</li>"
    yield "</ol>"


def _facts(each: _Shown) -> Iterator[tuple[str, str]]:
    canary, standing, service = each.canary, each.seen.standing, each.seen.service
    if each.committed:
        yield "As of", f"the commit: {UNBUILT}"
    if canary.match and not canary.aborted:
        yield "Always", show(traffic.matched(canary), 160)
    if canary.aborted:
        yield "Aborted", show(canary.aborted, 200)
    if service.held:
        yield "Held", show(service.held, 200)
    stay = standing.stay if standing else None
    if stay and stay.why_held:
        yield "Held", stay.why_held
    if standing and standing.moved:
        yield "Since", "in no commit yet"
    elif stay and stay.share_since is not None:
        yield "Since", _minute(stay.share_since)
    yield from _next(each)
    if stay and stay.deed:
        start = f"from {stay.before.weight} % by" if stay.before else "started by"
        yield "Moved", f"{start} {doer(stay.deed)}, commit {stay.deed.commit[:12]}"
    if canary.mirror and not canary.weight:
        yield "Copies", f"{canary.mirror} % of stable's requests, answers thrown away"


def _next(each: _Shown) -> Iterator[tuple[str, str]]:
    said = _said_next(each.ahead)
    if said:
        yield "Next", said
    if each.ahead and each.ahead.state is State.REFUSED:
        yield "Refused", show(each.ahead.why, 200)


def _said_next(ahead: Ahead | None) -> str:
    """Say what comes next and from when on, which holds on whatever day it is read."""
    if ahead is None or ahead.state is State.ABORTED:
        return ""
    if ahead.state is State.UNPLANNED:
        return "no plan"
    what = f"{ahead.weight} %" if ahead.weight is not None else "promotion"
    if ahead.state is State.HELD:
        return f"{what}, once nobody holds it"
    since = f" from {_minute(ahead.since)}" if ahead.since is not None else ""
    by = f", once {' or '.join(show(name) for name in ahead.approvers)} agrees" if ahead.approvers else ""
    why = f" ({show(ahead.why, 120)})" if ahead.state is State.WAITING else ""
    unknown = "; since when stands in history that is not here" if ahead.state is State.UNKNOWN else ""
    return f"{what}{since}{why}{by}{unknown}"


def _minute(moment: int) -> str:
    said = clock(moment)
    return f"{said[:-7]} UTC" if said.endswith(" UTC") else said


def _row(each: _Shown) -> list[str]:
    service = each.seen.service
    badge, _ = _BADGES.get(each.state, ("", ""))
    following = ", ".join(part for part in (badge, _said_next(each.ahead)) if part)
    link = f'<a href="#{each.at}">{text(service.name)}</a>'
    where = f"{each.environment} (as committed)" if each.committed else each.environment
    return [link, text(where), text(each.canary.track), f"{each.canary.weight} %", text(following or "-")]

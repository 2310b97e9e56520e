"""The answer to `gitramp status` as text and for programs.

Owns its wording, its table and its shape. Must not know how standings are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from gitramp import traffic
from gitramp.model import Canary, Service
from gitramp.ramps.ahead import Ahead, State
from gitramp.ramps.standing import Deed, Stay
from gitramp.ramps.status import Line, Status
from gitramp.report.source_lines import printable
from gitramp.report.text import counted
from gitramp.source import show
from gitramp.steps import clock, lasting

_WIDTH = 100
_GAP = "  "
_HEAD = ("ENVIRONMENT", "SERVICE", "STABLE", "CANARY", "STEP", "SINCE", "NEXT")
_BENDING = (0, 1, 2, 3)
"""Columns that are cut when a table is too wide; the JSON has all of them."""
_LEAST = 10


def status_text(status: Status) -> str:
    """Write a row a service, and below it what does not fit into one: why it is held, who moved it."""
    if not status.lines:
        return printable(f"{_nothing(status)}\n{_closing(status)}")
    cells = [_HEAD, *(_cells(line, status.moment) for line in status.lines)]
    rows = _laid_out(cells)
    lines = [rows[0]]
    for row, line in zip(rows[1:], status.lines, strict=True):
        lines += [row, *(f"    {said}" for said in _below(line))]
    return printable("\n".join(lines) + f"\n\n{_closing(status)}")


def _nothing(status: Status) -> str:
    return "No service." if not status.report else "No environment can be read."


def _closing(status: Status) -> str:
    where = f"At commit {status.commit[:12]}" if status.commit else "In no commit, so that no age is known"
    said = f"{where}, {clock(status.moment)}."
    if status.edited:
        said += " The overlays on the disk differ from it: that is not told here."
    return f"{said}{_apart(status)}\n"


def _apart(status: Status) -> str:
    """Say what the branch and its upstream do not share; nobody is asked, so that is as it was fetched last."""
    upstream = status.upstream
    if upstream is None:
        return ""
    name, said = show(upstream.name), ""
    if upstream.behind:
        said += f"\n{name} has {counted(upstream.behind, 'commit')} that this branch lacks, as it was fetched last."
    if upstream.ahead:
        said += f"\nThis branch has {counted(upstream.ahead, 'commit')} that {name} lacks, as it was fetched last."
    return said


def _laid_out(cells: Sequence[tuple[str, ...]]) -> list[str]:
    """Align columns, and cut the widest of names and images until a row fits."""
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > _WIDTH:
        widest = max(_BENDING, key=lambda column: widths[column])
        if widths[widest] <= _LEAST:
            break
        widths[widest] -= 1
    return [_GAP.join(_cut(c, w).ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _cells(line: Line, moment: int) -> tuple[str, ...]:
    service, canary = line.service, line.service.canary
    stable = _track(service, service.stable)
    if canary is None:
        return line.environment, service.name, stable, "-", "-", "-", "-"
    since = _age(moment - line.stay.share_since) if line.stay and line.stay.share_since is not None else "?"
    step = _step(canary)
    return line.environment, service.name, stable, _track(service, canary.track), step, since, _next(line.ahead, moment)


def _track(service: Service, name: str) -> str:
    track = service.tracks.get(name)
    return f"{name} {tag(track.image.text)}" if track else name or "?"


def tag(image: str) -> str:
    """Return what tells an image from others of its name: the start of its digest, or its tag."""
    name, at, digest = image.rpartition("/")[2].partition("@")
    return digest.partition(":")[2][:12] if at else name.partition(":")[2] or "latest"


def _step(canary: Canary) -> str:
    number = step_number(canary)
    return f"{canary.weight} % ({number[0]} of {number[1]})" if number else f"{canary.weight} %"


def step_number(canary: Canary) -> tuple[int, int] | None:
    """Return which step of its plan a canary stands at, and of how many; None before the first and beside them."""
    if canary.ramp is None:
        return None
    plan = tuple(dict.fromkeys((*canary.ramp.steps, 100)))
    return (plan.index(canary.weight) + 1, len(plan)) if canary.weight in plan else None


def _age(seconds: int) -> str:
    return " ".join(lasting(seconds).split()[:4]) if seconds >= 0 else "future"


def _next(ahead: Ahead | None, moment: int) -> str:
    if ahead is None:
        return "-"
    what = f"{ahead.weight} %" if ahead.weight is not None else "promote"
    says = {
        State.READY: f"{what} now",
        State.WAITING: f"{what} from {_time(ahead.since or 0, moment)}",
        State.APPROVAL: f"{what} by approval",
        State.UNKNOWN: f"{what}, when?",
        State.UNPLANNED: "no plan",
    }
    return says.get(ahead.state, ahead.state.value)


def _time(since: int, moment: int) -> str:
    """Write a moment as short as tells it: the day only when it is another one."""
    then = _date(since)
    if then is None:
        return f"{since} s"
    now = _date(moment)
    same = now is not None and now.date() == then.date()
    return f"{then:%H:%M} UTC" if same else f"{then:%Y-%m-%d %H:%M} UTC"


def _date(moment: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(moment, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _below(line: Line) -> Iterator[str]:
    """Yield what is to be known of a ramp besides its row."""
    canary, ahead, stay = line.service.canary, line.ahead, line.stay
    if canary is None:
        if line.service.hold:
            yield f"held: {show(line.service.hold, 120)}"
        return
    if canary.match:
        yield f"{canary.track} when {show(traffic.matched(canary), 160)}"
    yield from _reasons(line)
    if ahead and ahead.approvers:
        yield f"needs the approval of {' or '.join(show(name) for name in ahead.approvers)}"
    if stay and stay.deed:
        yield _by(stay.deed, stay)
    elif ahead and ahead.state is State.UNKNOWN:
        yield "its history is not here: fetch it, `git fetch --unshallow`" if stay else "no history is here"


def _reasons(line: Line) -> Iterator[str]:
    ahead, stay = line.ahead, line.stay
    if ahead and ahead.state is State.ABORTED:
        yield f"aborted: {show(ahead.why, 120)}"
    if line.service.held:
        yield f"held: {show(line.service.held, 120)}"
    if stay and stay.why_held:
        yield f"held: {stay.why_held}"
    if ahead and ahead.state in {State.REFUSED, State.WAITING}:
        yield f"{ahead.state.value}: {show(ahead.why, 160)}"


def _by(deed: Deed, stay: Stay) -> str:
    """Say who gave a canary its position: `from 5 % by Ada Lovelace (canary/advance), commit 1a2b3c4d5e6f`."""
    start = f"from {stay.before.weight} %" if stay.before else "started"
    return f"{start} by {doer(deed)}, commit {deed.commit[:12]}"


def doer(deed: Deed) -> str:
    """Say who did something, and by what: `Ada Lovelace (by hand)`."""
    return f"{deed.who} ({_way(deed)})" if _way(deed) else deed.who


def _way(deed: Deed) -> str:
    """Say by what a commit did it: the verbs of gitramp, or a hand; "" where that is not known."""
    verbs = ", ".join(dict.fromkeys(action.verb for action in deed.actions))
    return verbs or ("by hand" if deed.by_hand else "")


def status_json(status: Status) -> dict[str, Any]:
    """Return standings as JSON holds them."""
    return {
        "commit": status.commit or None,
        "edited": status.edited,
        "moment": moment_json(status.moment),
        "services": [_line_json(line) for line in status.lines],
        "upstream": asdict(status.upstream) if status.upstream else None,
    }


def moment_json(seconds: int | None) -> dict[str, Any] | None:
    """Return a moment in both forms that programs read; the text is null beyond the calendar."""
    if seconds is None:
        return None
    then = _date(seconds)
    return {"iso": f"{then:%Y-%m-%dT%H:%M:%SZ}" if then else None, "seconds": seconds}


def _line_json(line: Line) -> dict[str, Any]:
    service = line.service
    return {
        "environment": line.environment,
        "service": service.name,
        "stable": _track_json(service, service.stable),
        "canary": _canary_json(line, service.canary) if service.canary else None,
        "holds": list(_holds(line)),
        "aborted": (service.canary.aborted or None) if service.canary else None,
        "next": _ahead_json(line.ahead),
    }


def _track_json(service: Service, name: str) -> dict[str, Any]:
    track = service.tracks.get(name)
    return {"track": name or None, "image": track.image.text if track else None}


def _canary_json(line: Line, canary: Canary) -> dict[str, Any]:
    stay, number = line.stay, step_number(canary)
    return {
        **_track_json(line.service, canary.track),
        "weight": canary.weight,
        "match": traffic.matched(canary) or None,
        "step": {"number": number[0], "of": number[1]} if number else None,
        "weightSince": moment_json(stay.share_since) if stay else None,
        "before": _before(stay) if stay else None,
        "by": deed_json(stay.deed) if stay and stay.deed else None,
    }


def _before(stay: Stay) -> dict[str, Any] | None:
    before = stay.before
    if before is None:
        return None
    return {"track": before.track, "weight": before.weight, "since": moment_json(stay.before_since)}


def deed_json(deed: Deed) -> dict[str, Any]:
    """Return who did what by which commit; `byHand` is null where a shallow clone does not tell."""
    return {
        "commit": deed.commit,
        "time": moment_json(deed.time),
        "author": deed.author,
        "actions": [str(action) for action in deed.actions],
        "byHand": deed.by_hand,
    }


def _holds(line: Line) -> Iterator[dict[str, Any]]:
    if line.service.held:
        yield {"by": "overlay", "reason": line.service.held, "commit": None}
    if line.stay and line.stay.why_held and line.stay.deed:
        yield {"by": "hand", "reason": line.stay.why_held, "commit": line.stay.deed.commit}


def _ahead_json(ahead: Ahead | None) -> dict[str, Any] | None:
    if ahead is None:
        return None
    return {
        "state": ahead.state.value,
        "weight": ahead.weight,
        "promotes": ahead.promotes,
        "from": moment_json(ahead.since),
        "why": ahead.why or None,
        "approvers": list(ahead.approvers),
    }

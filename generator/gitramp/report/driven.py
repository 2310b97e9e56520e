"""What a loop that drives ramps says: that it is at its end, or what it waits for, and how long still.

Owns its wording. Must not know how a loop is driven.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gitramp import steps
from gitramp.ramps.status import Line
from gitramp.report.source_lines import printable
from gitramp.verbs.loop import Errand


def ended_text(todo: Errand, lines: Sequence[Line]) -> str:
    """Say why there is nothing left to do."""
    full = [
        f"{_whose(line)} has all the traffic; `gitramp canary promote`, or --promote, makes it stable\n"
        for line in lines
        if line.ahead and line.ahead.promotes
    ]
    said = full + [f"{_whose(line)} is aborted: {line.ahead.why}\n" for line in todo.aborted if line.ahead]
    return printable("".join(said)) or "At its end: no canary has a step left.\n"


def waiting_text(todo: Errand) -> str:
    """Say what is waited for, a line each."""
    return printable("".join(f"{_whose(line)} waits: {_why(line)}\n" for line in todo.waiting))


def waiting_json(todo: Errand) -> list[dict[str, Any]]:
    """Return what waits or is aborted for programs."""
    return [
        {
            "service": line.service.name,
            "environment": line.environment,
            "weight": line.service.canary.weight if line.service.canary else None,
            "state": line.ahead.state.value,
            "why": line.ahead.why or None,
            "until": line.ahead.since,
        }
        for line in (*todo.waiting, *todo.aborted)
        if line.ahead
    ]


def _whose(line: Line) -> str:
    weight = f" at {line.service.canary.weight} %" if line.service.canary else ""
    return f"{line.service.name}@{line.environment}{weight}"


def _why(line: Line) -> str:
    if line.ahead is None:
        return "no step"
    when = f", until {steps.clock(line.ahead.since)}" if line.ahead.since is not None else ""
    return f"{line.ahead.why or line.ahead.state}{when}"


def bar(began: int, until: int, now: int, width: int) -> str:
    """Draw how much of a wait is over, with the time that remains."""
    share = (now - began) / max(until - began, 1)
    done = min(max(int(share * width), 0), width)
    return f"[{'#' * done}{'.' * (width - done)}] {steps.lasting(max(until - now, 0))} left"

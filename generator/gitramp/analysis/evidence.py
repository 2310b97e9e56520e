"""A verdict in plain words, for the body of a commit.

Owns their layout: the same verdict gives the same lines, and a line fits into a terminal of 72 columns where names
allow. Must not know where the text is put.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime

from gitramp.analysis.verdict import Point, State, Verdict

_WIDTH = 72


def evidence(verdict: Verdict) -> str:
    """Return the verdict, and below it each query with its threshold and what it was at each point.

    A number with `!` is bad, `-` is none, one in brackets looks at the time before the step.
    """
    whose = f"{verdict.service}@{verdict.environment} {verdict.track}".rstrip()
    head = f"Metrics of {whose} at {clock(verdict.moment)}: {verdict.health}"
    if not verdict.rulings:
        head = f"{head}, {verdict.why}"
    return "\n".join([*textwrap.wrap(head, _WIDTH, break_on_hyphens=False), *_lines(verdict)])


def _lines(verdict: Verdict) -> Iterator[str]:
    for ruling in verdict.rulings:
        question = ruling.question
        said = f"- {question.name}: {ruling.health}, {question.measures} {question.threshold}: {ruling.why}"
        yield from textwrap.wrap(said, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
        told = " ".join(shown(point) for point in ruling.points)
        yield from textwrap.wrap(told, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    for warning in verdict.warnings:
        yield from textwrap.wrap(f"- the server warns: {warning}", _WIDTH, subsequent_indent="  ")


def shown(point: Point) -> str:
    """Write a point: `99.8`, `97.1!` when it is bad, `-` when it is no number."""
    number = "-" if point.value is None else numeral(point.value)
    if point.state is State.EARLY:
        return f"({number})"
    return f"{number}!" if point.state is State.BAD else number


def numeral(value: float) -> str:
    """Write a number with three digits after the point at most, and very small or large ones by their size."""
    if value and not 0.001 <= abs(value) < 1e9:
        return f"{value:.3g}"
    return f"{value:.3f}".rstrip("0").rstrip(".")


def clock(moment: int) -> str:
    """Write a moment: `2026-11-25 21:55:00 UTC`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

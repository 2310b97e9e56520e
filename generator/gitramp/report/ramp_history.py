"""The answer to `gitramp history` as text and for programs.

Owns its wording and shape. Must not know how history is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.ramps.history import History, Move
from gitramp.report.source_lines import printable
from gitramp.report.standings import deed_json, doer
from gitramp.source import show
from gitramp.steps import clock


def history_text(history: History) -> str:
    """Write each commit with its time and author, and below it what it changed, who approved, what metrics said."""
    lines = [line for move in history.moves for line in (*_move(move), "")]
    return printable("\n".join([*lines, _closing(history)]) + "\n")


def _move(move: Move) -> Iterator[str]:
    deed = move.deed
    yield f"{clock(deed.time)}  {deed.commit[:12]}  {doer(deed)}"
    yield from (f"    {show(change, 300)}" for change in move.changes)
    yield from (f"    {show(str(action), 300)}" for action in deed.actions if not move.changes)
    yield from (f"    approved by {show(person)}" for person in move.approved_by)
    yield from (f"    {show(line, 300)}" for line in move.evidence)


def _closing(history: History) -> str:
    number = len(history.moves)
    what = f"{number} {'commit' if number == 1 else 'commits'} of {history.service} in {history.environment}"
    if history.more is None:
        return f"{what}; a shallow clone ends here: `git fetch --unshallow` brings the rest."
    return f"{what}; there are older ones: --limit N." if history.more else f"{what}, the first one included."


def history_json(history: History) -> dict[str, Any]:
    """Return a ramp's past as JSON holds it; `more` is null where a shallow clone ends before the first commit."""
    return {
        "service": history.service,
        "environment": history.environment,
        "commit": history.commit,
        "more": history.more,
        "commits": [_move_json(move) for move in history.moves],
    }


def _move_json(move: Move) -> dict[str, Any]:
    said = {"changes": list(move.changes), "approvedBy": list(move.approved_by), "evidence": list(move.evidence)}
    return {**deed_json(move.deed), **said}

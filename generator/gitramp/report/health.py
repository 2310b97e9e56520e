"""The health of canaries as text and for programs.

Owns its wording and shape. Must not know how a verdict is reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gitramp.analysis import Health, Verdict, evidence
from gitramp.analysis.evidence import clock, shown
from gitramp.report.source_lines import printable
from gitramp.report.text import Style

_COLOURS = {Health.PASS: "32", Health.FAIL: "31", Health.INCONCLUSIVE: "33"}
_TITLES = ("QUERY", "THRESHOLD", "POINTS", "VERDICT")


def health_text(verdicts: Sequence[Verdict], style: Style) -> str:
    """Write the verdict on each canary, and below it a table of what was asked of it."""
    return "\n".join("".join(f"{line}\n" for line in _lines(each, style)) for each in verdicts)


def _lines(verdict: Verdict, style: Style) -> Iterator[str]:
    health = style.paint(verdict.health, _COLOURS[verdict.health])
    whose = f"{verdict.service}@{verdict.environment} {verdict.track}".rstrip()
    yield f"{printable(whose)} at {clock(verdict.moment)}: {health}, {printable(verdict.why)}"
    rows = [
        (
            each.question.name,
            f"{each.question.measures} {each.question.threshold}",
            " ".join(shown(point) for point in each.points),
            f"{each.health}: {each.why}",
        )
        for each in verdict.rulings
    ]
    table = [_TITLES, *rows] if rows else []
    widths = [max((len(row[column]) for row in table), default=0) for column in range(len(_TITLES) - 1)]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield printable("  " + "  ".join([*cells, row[-1]]))
    yield from (printable(f"  the server warns: {warning}") for warning in verdict.warnings)


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON holds it."""
    return {
        "environment": verdict.environment,
        "service": verdict.service,
        "track": verdict.track,
        "verdict": verdict.health.value,
        "why": verdict.why,
        "moment": verdict.moment,
        "since": verdict.since,
        "queries": [
            {
                "name": each.question.name,
                "verdict": each.health.value,
                "why": each.why,
                "measures": each.question.measures,
                "threshold": str(each.question.threshold),
                "promql": each.question.promql,
                "points": [
                    {"moment": point.moment, "value": point.value, "state": point.state.value} for point in each.points
                ],
            }
            for each in verdict.rulings
        ],
        "warnings": list(verdict.warnings),
        "evidence": evidence(verdict),
    }

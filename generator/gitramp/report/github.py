"""GitHub annotations: `::error file=...::message`, within the limits of a step.

Owns the escaping rules of workflow commands
(https://docs.github.com/actions/reference/workflow-commands-for-github-actions). Must not know other formats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gitramp.problem import Finding, Report, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_A_STEP = 10
"""GitHub shows ten annotations of a level a step and drops the rest in silence."""


def annotate(report: Report) -> str:
    """Write findings as annotations; what is over the limit is counted in a last plain line."""
    return "\n".join([*_lines(report), ""]) if len(report) else ""


def _lines(report: Report) -> Iterator[str]:
    told: Counter[str] = Counter()
    for finding in report:
        level = _LEVELS[finding.severity]
        told[level] += 1
        if told[level] <= _A_STEP:
            yield _annotation(finding, level)
    over = sum(max(0, number - _A_STEP) for number in told.values())
    if over:
        yield f"{over} more findings; run `gitramp validate` to see them all"


def _annotation(finding: Finding, level: str) -> str:
    mark = finding.mark
    place = f"file={_property(mark.path)},line={mark.line},col={mark.column}," if mark else ""
    title = f"title={_property(f'{finding.code} {finding.code.title}')}"
    return f"::{level} {place}{title}::{_escaped(f'{finding.message}. {finding.advice}')}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")

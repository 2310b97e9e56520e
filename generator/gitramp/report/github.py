"""GitHub annotations: `::error file=...::message`, within the limits of a step.

Owns the escaping rules of workflow commands
(https://docs.github.com/actions/reference/workflow-commands-for-github-actions). Must not know other formats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from gitramp.problem import Finding, Report, Severity
from gitramp.report.source_lines import printable
from gitramp.report.told import one_line

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_A_STEP = 10
"""GitHub shows ten annotations of a level a step, fifty a job, and drops the rest in silence."""
_LONGEST = 4000  # characters; the rest of a message is in the step's summary
_COMMAND = re.compile(r"^(\s*):(?=:)|##(?=\[)", re.MULTILINE)


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
    about = f" ({finding.subject})" if finding.subject else ""
    said = [
        f"{finding.message}{about}. To mend it: {finding.advice}",
        *(f"{other.message}: {other.mark}" for other in finding.related),
    ]
    message = "\n".join(one_line(line)[:_LONGEST] for line in said)
    return f"::{level} {place}{title}::{_escaped(message)}"


def harmless(text: str) -> str:
    """Write a text so that the runner, which reads all that a step prints, finds no command in it."""
    return _COMMAND.sub(lambda found: f"{found[1]}\\x3a" if found[0].endswith(":") else "#\\x23", printable(text))


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(one_line(text)).replace(":", "%3A").replace(",", "%2C")

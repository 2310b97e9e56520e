"""Text for a terminal: findings with their remedy, the table of traffic, explanations.

Owns wording, alignment and colour. Must not know whether a terminal is there: the caller chooses the style.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from gitramp import traffic
from gitramp.pipeline import Explained, Judged, Outcome
from gitramp.pointer import show_pointer
from gitramp.problem import Finding, Report, Severity, ToolError
from gitramp.provenance import Cause
from gitramp.report.source_lines import Excerpt, SourceLines, printable
from gitramp.source import show
from gitramp.workspace import RENDERED, environment_of

_TABLE_LIMIT = 40
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_BOLD, _FAINT = "1", "2"
_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}


@dataclass(frozen=True, slots=True)
class Style:
    """How text may look."""

    colour: bool = False

    def paint(self, text: str, colour: str) -> str:
        """Colour a text where colour is wanted."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.colour else text


def _line(text: str) -> str:
    """Keep a text on one line: what an overlay says must not start a line of its own."""
    return printable(text).replace("\n", "\\n")


def findings_text(report: Report, style: Style) -> str:
    """Write findings, those of a file together: `path:line:col: error GR204 message`, the source line, the remedy."""
    lines = SourceLines.of(report)
    files = [list(found) for _, found in groupby(report, key=lambda finding: finding.mark and finding.mark.path)]
    groups = []
    for found in files:
        head = _heading(found, style) if len(files) > 1 < len(found) else ""
        groups.append(head + "".join(_finding_text(finding, lines, style) for finding in found))
    gaps = ("" if _is_brief(one) and _is_brief(other) else "\n" for one, other in pairwise(groups))
    return "".join(f"{group}{gap}" for group, gap in zip(groups, [*gaps, ""], strict=True)) if groups else ""


def _heading(found: Sequence[Finding], style: Style) -> str:
    mark = found[0].mark
    return style.paint(f"{_line(mark.path) if mark else 'without a place'}: {tally(found)}", _BOLD) + "\n"


def _is_brief(group: str) -> bool:
    """Whether a group can do without an empty line around it, as each of many files that are missing."""
    return group.count("\n") <= 2


def _finding_text(finding: Finding, lines: SourceLines, style: Style) -> str:
    place = f"{finding.mark}: " if finding.mark else ""
    severity = finding.severity
    about = f" ({finding.subject})" if finding.subject else ""
    what = style.paint(f"{severity.value} {finding.code}", _COLOURS[severity])
    told = [f"{_line(place)}{what} {_line(finding.message + about)}"]
    told.extend(_excerpt_lines(lines.excerpt(finding), style, _COLOURS[severity]))
    told.append(f"    {_line(finding.advice)}")
    told.extend(f"    {_line(f'{other.message}: {other.mark}')}" for other in finding.related)
    return "\n".join(told) + "\n"


def _excerpt_lines(excerpt: Excerpt | None, style: Style, colour: str) -> Iterator[str]:
    if excerpt is None:
        return
    number = str(excerpt.number)
    yield f"    {style.paint(f'{number} |', _FAINT)} {excerpt.text}".rstrip()
    if excerpt.caret is not None:
        bar = style.paint(f"{' ' * len(number)} |", _FAINT)
        yield f"    {bar} {' ' * excerpt.caret}{style.paint('^', colour)}"


def tally(findings: Iterable[Finding]) -> str:
    """Count findings by their severity, and those of a report that comments allow: `2 errors, 1 warning, 1 allowed`."""
    counts = Counter(finding.severity for finding in findings)
    told = [counted(counts[severity], word) for severity, word in _WORDS.items() if counts[severity]]
    allowed = len(findings.allowed) if isinstance(findings, Report) else 0
    return ", ".join([*(told or ["no findings"]), *([f"{allowed:,} allowed"] if allowed else [])])


def tool_text(error: ToolError) -> str:
    """Write the end of a run by the machine's fault."""
    details = textwrap.indent(error.details.strip(), "    | ")
    lines = [
        f"error {error.code} {error.message}",
        details,
        f"    {error.remedy or error.code.remedy}",
    ]
    return printable("\n".join(line for line in lines if line) + "\n")


def outcome_text(outcome: Outcome, action: str, findings: Report) -> str:
    """Write what a run did: the table of traffic, then what was written and verified, and where it is."""
    rows = [row for built in outcome.built for row in traffic.rows(built.environment)]
    table = "\n".join(_table(rows)) + "\n\n" if 0 < len(rows) <= _TABLE_LIMIT else ""
    return printable(table + "\n".join(_closing_lines(outcome, action, findings)) + "\n")


def _closing_lines(outcome: Outcome, action: str, findings: Report) -> Iterator[str]:
    environments = counted(len(outcome.built), "environment")
    anew = "" if outcome.anew == outcome.files else f" ({outcome.anew:,} looked at anew)"
    objects = f"{counted(outcome.files, 'object')} valid{anew}, says {outcome.verified_by}"
    yield f"{environments}, {objects}; {tally(findings)}"
    asked = sum(built.asked.passed for built in outcome.built)
    written = sum(built.asked.written for built in outcome.built)
    unasked = sum(built.asked.unasked for built in outcome.built)
    if asked or unasked:
        whose = f", {written:,} of them written in overlays" if written else ""
        without = f"; {unasked:,} not asked for want of a canary" if unasked else ""
        yield f"{counted(asked, 'request test')} passed{whose}{without}"
    if outcome.against:
        yield f"The step from commit {outcome.against[:12]} was judged with them"
    created = sum(c.before is None for c in outcome.diff.changes)
    deleted = sum(c.after is None for c in outcome.diff.changes)
    updated = len(outcome.diff.changes) - created - deleted
    said = ", ".join(f"{n} {word}" for n, word in ((created, "new"), (updated, "changed"), (deleted, "removed")) if n)
    built = {b.name for b in outcome.built}
    gone = sorted({name for c in outcome.diff.changes if (name := environment_of(c.path)) and name not in built})
    yield from (f"Environment {environment} is gone: no overlay renders it any more" for environment in gone)
    yield f"{action} {RENDERED}/: {said or 'nothing to change'}; {outcome.seconds:.2f} s"


def judged_text(judged: Judged) -> str:
    """Write what was looked at in manifests that anybody wrote."""
    objects = f"{counted(judged.objects, 'object')} in {counted(judged.files, 'file')}"
    verdict = "not all valid" if judged.report.failed else "valid"
    said = f"{objects} {verdict}, says {judged.verified_by}; {tally(judged.report)}; {judged.seconds:.2f} s"
    return printable(f"{said}\n")


def counted(number: int, noun: str) -> str:
    """Write a number of things: `1 file`, `2,000 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _table(rows: Sequence[traffic.Row]) -> Iterator[str]:
    cells = [("ENVIRONMENT", "SERVICE", "HOSTS", "TRACKS", "TRAFFIC")]
    cells += [(r.environment, r.service, r.hosts, r.tracks, r.traffic) for r in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    for row in cells:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)), row[4]]).rstrip()


def explained_text(explained: Explained) -> str:
    """Write a field with the chain of overlay settings that decided it, the winner marked."""
    trace = explained.trace
    lines = [f"{explained.subject} {show_pointer(explained.pointer)}{_equals(trace.value)}".rstrip()]
    if trace.how:
        lines.append(f"  computed: {trace.how}")
    if trace.fixed:
        (owner,) = trace.causes
        if explained.pointer and not explained.inside:
            lines.append("  gitramp's own: no overlay key decides it")
        lines.append(f"  the object is rendered for {show_pointer(owner.pointer)}, {owner.settings[-1].mark}")
    else:
        lines.extend(line for cause in trace.causes for line in _cause_lines(cause))
    lines.extend(f"  {show_pointer(p)}{_equals(t.value)}  {_winner(t.causes)}" for p, t in explained.inside.items())
    return printable("\n".join(lines) + "\n")


def _equals(value: Any) -> str:
    return "" if isinstance(value, (dict, list)) else f" = {show(value)}"


def _winner(causes: Sequence[Cause]) -> str:
    said = [cause.settings[-1] for cause in causes if cause.exact]
    return f"<- {said[0].mark}" if said else "(gitramp's default)"


def _cause_lines(cause: Cause) -> Iterable[str]:
    yield f"  {show_pointer(cause.pointer)}" + ("" if cause.exact else " (not said in any overlay: gitramp's default)")
    if not cause.exact and cause.settings[-1].shown != "removed":
        yield f"    part of {cause.settings[-1].mark}"
        return
    for position, setting in enumerate(cause.settings):
        last = position == len(cause.settings) - 1
        yield f"    {setting.mark}  {setting.shown}{'  <- wins' if last else ''}"

"""The answer to `gitramp diff` as Markdown, for a comment in a pull request or the summary of a step.

Owns its layout, the marker by which a bot finds its own comment again, escaping and the limit. Must not know the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gitramp.pipeline.diff import Diff
from gitramp.problem import Report
from gitramp.report.diff_parts import Line, Section
from gitramp.report.diff_words import closing, nothing, refused, reviews, span
from gitramp.report.step_summary import plain, step_summary
from gitramp.report.told import Told, sentence

MARKER = "<!-- gitramp diff -->"
"""The first line: it stays the same, so that the next comment takes the place of the last."""
_LIMIT = 60_000
"""Of the 65,536 characters that a comment may have on GitHub; other hosts allow more. What posts it may add some."""
_SPLIT = "<!-- -->"
_LINKED = re.compile(r"(?i)\b(GH\\-(?=\d)|www(?=\.))")
"""What else hosts make links of: another spelling of an issue, and addresses without a scheme."""
_EMOJI = re.compile(r"(\\:)(?=(?:100|1234|[a-z0-9_+\\-]*[a-z_+\\-][a-z0-9_+\\-]*)\\:)")
_HARMLESS = re.compile(r"\\(?:(?=[()])|(?=:(?:\s|\d|$))|(?<=\w\\)(?=-\w))")
"""Backslashes without which a text is the same: it is read in e-mails and logs, too. Addresses keep theirs."""
_OPEN = 12
"""Lines of a list that are seen at once."""


def diff_markdown(diff: Diff) -> str:
    """Write what changes in each environment; what is too long for a comment is cut, with a count."""
    return "\n".join(_cut([[MARKER], *_blocks(diff)])) + "\n"


def refused_markdown(told: Told) -> str:
    """Write, under the same marker, why there is nothing to compare."""
    return "\n".join(_cut([[MARKER], *([line] for line in step_summary(told, "").splitlines())])) + "\n"


def _blocks(diff: Diff) -> Iterator[list[str]]:
    """Yield lines that only make sense together."""
    if not diff.differs:
        yield [f"**{nothing(diff)}** {span(diff)}."]
    if told := refused(diff):
        yield from _section(told)
    for heading, sections in reviews(diff):
        yield [f"#### {_escaped(heading)}", ""]
        for section in sections:
            yield from _section(section)
    if len(diff.report):
        yield [*_findings(diff.report), ""]
    if diff.differs:
        yield [f"<sub>{_escaped(closing(diff))}</sub>"]


def _section(section: Section) -> Iterator[list[str]]:
    """Yield a section: tables as such, a list that is long behind a summary to open."""
    tables = [line for line in section.lines if line.rows]
    listed = [line for line in section.lines if not line.rows]
    title, colon, rest = section.title.partition(":")
    if listed or not tables:
        inside = [item for line in listed for item in _item(line)]
        head = f"**{_escaped(title)}**{colon}{_escaped(rest)}"
        if len(inside) > _OPEN:
            opened = f"<details><summary><b>{_escaped(title)}</b> ({len(inside):,} lines)</summary>"
            yield [opened, "", *inside, "", "</details>", ""]
        else:
            yield [head, *(("", *inside) if inside else ()), ""]
    for line in tables:
        yield [*_table(line), ""]


def _item(line: Line) -> Iterator[str]:
    yield f"- {_escaped(line.text)}"
    yield from (f"  - {_escaped(inside)}" for inside in line.inside)


def _table(line: Line) -> Iterator[str]:
    yield f"| {_escaped(line.text)} | before | after |"
    yield "|:---|:---|:---|"
    for row in line.rows:
        after = f"**{_escaped(row.after)}**" if row.after else "the same"
        yield f"| {_escaped(row.requests)} | {_escaped(row.before)} | {after} |"


def _findings(report: Report) -> Iterator[str]:
    for finding in report:
        yield f"- {finding.severity.value} {finding.code}: {_escaped(sentence(finding))}"


def _cut(blocks: Iterable[list[str]]) -> Iterator[str]:
    """Yield the lines of blocks as far as there is room, and how many are left out."""
    listed, room = list(blocks), _LIMIT
    for position, block in enumerate(listed):
        room -= sum(len(line.encode("utf-8", "backslashreplace")) + 1 for line in block)
        if room < 0:
            yield f"\n{sum(map(len, listed[position:])):,} more lines; run `gitramp diff` to see them all"
            return
        yield from block


def _escaped(text: str) -> str:
    """Write a text as it is; hosts look for people and issues in what is rendered, so a backslash is not enough."""
    escaped = plain(text).replace("\\-\\>", "→").replace("\\@", f"@{_SPLIT}").replace("\\#", f"\\#{_SPLIT}")
    split = _EMOJI.sub(rf"\1{_SPLIT}", _LINKED.sub(rf"\1{_SPLIT}", escaped.replace("$", "\\$")))
    return _HARMLESS.sub("", split)

"""The answer to `gitramp diff` as Markdown, for a comment in a pull request or the summary of a step.

Owns its layout, the marker by which a bot finds its own comment again, escaping and the limit. Must not know the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gitramp.pipeline.diff import Diff
from gitramp.problem import Report
from gitramp.report.diff_words import nothing, reviews, span
from gitramp.report.step_summary import plain, step_summary
from gitramp.report.told import Told, sentence

MARKER = "<!-- gitramp diff -->"
"""The first line: it stays the same, so that the next comment takes the place of the last."""
_LIMIT = 60_000
"""Of the 65,536 characters that a comment may have on GitHub; other hosts allow more. What posts it may add some."""
_SPLIT = "<!-- -->"


def diff_markdown(diff: Diff) -> str:
    """Write what changes in each environment; what is too long for a comment is cut, with a count."""
    return "\n".join(_cut([MARKER, *_lines(diff)])) + "\n"


def refused_markdown(told: Told) -> str:
    """Write, under the same marker, why there is nothing to compare."""
    return f"{MARKER}\n{step_summary(told, '')}"[:_LIMIT]


def _lines(diff: Diff) -> Iterator[str]:
    if not diff.differs:
        yield f"**{nothing(diff)}** {span(diff)}."
    for heading, sections in reviews(diff):
        yield from (f"#### {_escaped(heading)}", "")
        for section in sections:
            title, colon, rest = section.title.partition(":")
            yield f"- **{_escaped(title)}**{colon}{_escaped(rest)}"
            for line in section.lines:
                yield f"  - {_escaped(line.text)}"
                yield from (f"    - {_escaped(inside)}" for inside in line.inside)
        yield ""
    yield from _findings(diff.report)
    if diff.differs:
        same = f"; the same: {_escaped(', '.join(diff.same))}" if diff.same else ""
        said = span(diff)
        yield f"<sub>{said[:1].upper()}{said[1:]}{same}.</sub>"


def _findings(report: Report) -> Iterator[str]:
    for finding in report:
        yield f"- {finding.severity.value} {finding.code}: {_escaped(sentence(finding))}"


def _cut(lines: Iterable[str]) -> Iterator[str]:
    listed, room = list(lines), _LIMIT
    for position, line in enumerate(listed):
        room -= len(line.encode("utf-8", "backslashreplace")) + 1
        if room < 0:
            yield f"\n{len(listed) - position:,} more lines; run `gitramp diff` to see them all"
            return
        yield line


def _escaped(text: str) -> str:
    """Write a text as it is; hosts look for people and issues in what is rendered, so a backslash is not enough."""
    escaped = plain(text)
    return escaped.replace("\\@", f"@{_SPLIT}").replace("\\#", f"\\#{_SPLIT}").replace("\\-\\>", "→")

"""The answer to `gitramp diff` as text.

Owns its layout. Must not know the words.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.pipeline.diff import Diff
from gitramp.report.diff_parts import Section
from gitramp.report.diff_words import closing, nothing, refused, reviews, span
from gitramp.report.source_lines import printable
from gitramp.report.text import Style

_BOLD, _FAINT, _ASKED, _REFUSED = "1", "2", "36", "31"
_PLAIN = Style()


def diff_text(diff: Diff, style: Style = _PLAIN) -> str:
    """Write what changes in each environment: traffic first."""
    return "\n".join(_lines(diff, style)) + "\n"


def _lines(diff: Diff, style: Style) -> Iterator[str]:
    if not diff.differs:
        yield f"{nothing(diff)} {span(diff)}."
        return
    if told := refused(diff):
        yield from _section(told, style)
        yield ""
    for heading, sections in reviews(diff):
        yield style.paint(printable(heading), _BOLD)
        for section in sections:
            yield from _section(section, style)
        yield ""
    yield style.paint(printable(closing(diff)), _FAINT)


def _section(section: Section, style: Style) -> Iterator[str]:
    title, colon, rest = section.title.partition(":")
    yield f"  {style.paint(printable(title), _ASKED)}{colon}{printable(rest)}"
    for line in section.lines:
        text = printable(line.text)
        yield f"    {style.paint(text, _REFUSED) if line.is_bad else text}"
        yield from (f"      {printable(inside)}" for inside in line.inside)

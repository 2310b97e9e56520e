"""The answer to `gitramp diff` as text.

Owns its layout. Must not know the words.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.pipeline.diff import Diff
from gitramp.report.diff_words import nothing, reviews, span
from gitramp.report.source_lines import printable


def diff_text(diff: Diff) -> str:
    """Write what changes in each environment: traffic first."""
    return printable("\n".join(_lines(diff)) + "\n")


def _lines(diff: Diff) -> Iterator[str]:
    if not diff.differs:
        yield f"{nothing(diff)} {span(diff)}."
        return
    for heading, sections in reviews(diff):
        yield heading
        for section in sections:
            yield f"  {section.title}"
            for line in section.lines:
                yield f"    {line.text}"
                yield from (f"      {inside}" for inside in line.inside)
        yield ""
    same = f"; the same: {', '.join(diff.same)}" if diff.same else ""
    said = span(diff)
    yield f"{said[:1].upper()}{said[1:]}{same}."

"""The line of a file that a finding is about, ready to be shown with a caret beneath the column.

Owns how a line is laid out and cut, and that no line is shown that may hold a secret. Works on the bytes that the run
read, never on the disk. Must not know formats.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from gitramp.problem import Finding, Mark, Report
from gitramp.secrets import may_show_secret

_LINE_END = re.compile("\r\n|[\r\n]")
_TAB = "    "
_WIDTH = 100
_CUT = "..."
_SEARCHED = 2000  # characters around a column in which secrets are looked for
_UNSEEN = "(not shown: it may hold a secret)"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line as shown; `caret` is the width of what stands before the column, None where none is pointed at."""

    number: int
    text: str
    caret: int | None


def printable(text: str) -> str:
    """Keep a text from steering the terminal: control and bidirectional characters are written out."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


@dataclass(frozen=True, slots=True)
class SourceLines:
    """The lines of the files that a report is about; in those that are `secret` a value is told to be one."""

    files: Mapping[str, Sequence[str]]
    secret: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, report: Report) -> SourceLines:
        """Split the files in which the report has a finding, or an allowed one."""
        marks = [each.mark for each in (*report, *report.allowed, *(a.finding for a in report.allowed))]
        paths = {mark.path for mark in marks if mark} & report.sources.keys()
        files = {path: _split(report.sources[path]) for path in paths}
        return cls(files, frozenset((f.mark.path, f.mark.line) for f in report if f.code.unseen and f.mark))

    def text(self, mark: Mark) -> str | None:
        """Return a line as it stands in the file, None when the run did not read it."""
        return _at(self.files.get(mark.path, ()), mark.line)

    def excerpt(self, finding: Finding) -> Excerpt | None:
        """Return the line of a finding, cut around its column; None for an empty one or one that was not read."""
        mark = finding.mark
        line = self.text(mark) if mark else None
        if mark is None or not line:
            return None
        if self._is_secret(finding, mark, line):
            return Excerpt(mark.line, _UNSEEN, None)
        return _laid_out(line, mark)

    def utf16_column(self, mark: Mark) -> int | None:
        """Return the column as editors count it, in UTF-16 units; None when the run did not read the file."""
        line = self.text(mark)
        return None if line is None else len(line[: mark.column - 1].encode("utf-16-le", "replace")) // 2 + 1

    def _is_secret(self, finding: Finding, mark: Mark, line: str) -> bool:
        lines = self.files[mark.path]
        around = "\n".join((_at(lines, mark.line + step) or "")[:_SEARCHED] for step in (-1, 1))
        searched = line[max(0, mark.column - _SEARCHED) : mark.column + _SEARCHED]
        told = finding.code.unseen or (mark.path, mark.line) in self.secret
        return told or finding.subject.startswith("Secret ") or may_show_secret(searched, around)


def _split(content: bytes) -> Sequence[str]:
    return _LINE_END.split(content.decode("utf-8-sig", "replace"))


def _at(lines: Sequence[str], number: int) -> str | None:
    return lines[number - 1] if 1 <= number <= len(lines) else None


def _shown(character: str) -> str:
    return _TAB if character == "\t" else printable(character)


def _width(shown: str) -> int:
    """Return how many columns of a terminal a text takes: https://www.unicode.org/reports/tr11/."""
    return sum(0 if _is_mark(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}


def _laid_out(line: str, mark: Mark) -> Excerpt:
    """Lay out a line so that its column is within the width."""
    start = max(0, mark.column - 1 - _WIDTH)
    near = line[start : mark.column + _WIDTH]
    cells = [_shown(character) for character in near]
    ends = [0, *accumulate(_width(cell) for cell in cells)]
    column = min(mark.column - 1 - start, len(cells))
    whole = len(near) == len(line) and ends[-1] <= _WIDTH
    at = 0 if whole else max(0, min(ends[column] - _WIDTH // 2, ends[-1] - _WIDTH))
    first = next(i for i, end in enumerate(ends) if end >= at)
    last = max(i for i, end in enumerate(ends) if end - ends[first] <= _WIDTH)
    before = _CUT if start + first else ""
    after = _CUT if start + last < len(line) else ""
    text = f"{before}{''.join(cells[first:last])}{after}".rstrip()
    return Excerpt(mark.line, text, len(before) + ends[column] - ends[first])

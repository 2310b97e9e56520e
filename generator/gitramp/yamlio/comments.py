"""The comments of a YAML file, each with the line that it speaks of.

Owns the difference between a comment and a `#` inside a value, by the scanner's own marks. Must not know what comments
say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from gitramp.problem import Mark

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLANK = " \t"


class Comment(NamedTuple):
    """A comment: where its `#` is, its text without that, and the line it speaks of.

    That is its own line or, where it stands alone, the next one that holds something; None at the end of a file.
    """

    mark: Mark
    text: str
    about: int | None


def comments(path: str, content: bytes) -> Iterator[Comment]:
    """Yield the comments of a file that `read` or `read_all` accepts."""
    # One line end for all, which makes no line shorter: what is counted in characters stays right.
    text = content.decode("utf-8-sig").replace("\r\n", " \n").replace("\r", "\n")
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    values = list(_values(text))
    at = 0  # the value that ends after where we are
    for number, line in enumerate(lines):
        column = 0
        while (column := line.find("#", column)) >= 0:
            index = starts[number] + column
            while at < len(values) and values[at][1] <= index:
                at += 1
            if at < len(values) and values[at][0] <= index:
                column = max(values[at][1] - starts[number], column + 1)
            elif column and line[column - 1] not in _BLANK:
                column += 1
            else:
                yield _comment(path, lines, number, column)
                break


def _comment(path: str, lines: list[str], number: int, column: int) -> Comment:
    about: int | None = number
    if not lines[number][:column].strip():
        later = range(number + 1, len(lines))
        about = next((each for each in later if lines[each].strip()[:1] not in ("", "#")), None)
    mark = Mark(path, number + 1, column + 1)
    return Comment(mark, lines[number][column + 1 :].rstrip(), None if about is None else about + 1)


def _values(text: str) -> Iterator[tuple[int, int]]:
    """Yield the characters of each token in which a `#` is no comment, in their order."""
    tokens = _Parser(text)
    while tokens.check_token():
        token = tokens.get_token()
        start, end = token.start_mark.index, token.end_mark.index
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            header = text.find("\n", start, end)  # a comment may stand behind the indicator
            start = end if header < 0 else header + 1
        if start < end:
            yield start, end

"""What the words of a change are made of: sections of lines, tables in them, and lists that are cut.

Owns the shapes that every format of `gitramp diff` writes in its own way. Must not know what is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gitramp.source import show

MOST = 12
"""Lines of a kind before the rest is a count."""
LONGEST = 160


class Row(NamedTuple):
    """Requests, and who answers them before and after; `after` is "" where that is the same."""

    requests: str
    before: str
    after: str = ""


class Line(NamedTuple):
    """A line and what stands beneath it; `rows` are the same as a table, for formats that have them.

    `is_bad` when the cluster will not take what the line tells.
    """

    text: str
    inside: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    is_bad: bool = False


class Section(NamedTuple):
    """One question of a review and its answer; `lines` may be empty when the title says it all."""

    title: str
    lines: tuple[Line, ...] = ()


def short(texts: Iterable[str], most: int = MOST, longest: int = LONGEST) -> tuple[str, ...]:
    """Cut a list of texts, with the count of what is left out, and each of them where it is too long."""
    listed = [show(text, longest) for text in texts]
    rest = len(listed) - most
    return tuple(listed) if rest <= 1 else (*listed[:most], f"and {rest:,} more")


def cut(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Cut lines, with the count of what is left out."""
    rest = len(lines) - MOST
    return lines if rest <= 1 else (*lines[:MOST], Line(f"and {rest:,} more"))

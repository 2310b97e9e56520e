"""Entries of a mapping in flow style, `{a: 1, b: 2}`, come and go with one comma, their lines and comments.

Owns which characters are an entry's. Must not know what else changes in the file.
"""

from __future__ import annotations

import re

from gitramp.yamlio.spans import Span
from gitramp.yamlio.splice import Change

_COLON = re.compile(r"\s*:")
_COMMA = re.compile(r"(?:\s|#[^\r\n]*)*(?P<comma>,)")
_REST = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?P<end>\r\n|\r|\n|\Z)?")
_LINE_START = re.compile(r"(?:\A|[\r\n])(?P<indent>[ \t]*)\Z")


def without_entry(text: str, mapping: Span, step: str) -> list[Change]:
    """Return the changes that take an entry out: itself and one comma, and its line where it has one of its own."""
    names = list(mapping.keys)
    place = names.index(step)
    start, end = mapping.keys[step].start, _end(text, mapping, step)
    behind = _comma(text, end)
    before = _comma(text, _end(text, mapping, names[place - 1])) if place else None
    if len(names) == 1 and not _said(text, mapping, start, end if behind is None else behind + 1):
        return [(mapping.start + 1, mapping.end - 1, "")]
    extra = [(before, before + 1, "")] if behind is None and before is not None else []
    own = _own_lines(text, mapping, start, end if behind is None else behind + 1)
    if own:
        return [*extra, (*own, "")]
    if behind is not None and (before is None or _indent(text, start) is not None):
        return [(start, _next(text, behind + 1), "")]
    if before is not None and not text[before + 1 : start].strip():
        return [(before, end, "")]
    return [*extra, (start, end, "")]


def with_entry(text: str, mapping: Span, entry: str) -> list[Change]:
    """Return the changes that put an entry behind the last one, on a line of its own where that has one."""
    if not mapping.keys:
        return [(mapping.start + 1, mapping.start + 1, entry)]
    last = list(mapping.keys)[-1]
    end = _end(text, mapping, last)
    comma = _comma(text, end)
    own = _own_lines(text, mapping, mapping.keys[last].start, end if comma is None else comma + 1)
    if own is None:
        return [(end, end, f", {entry}")]
    first, stop = own
    line_end = text[len(text[:stop].rstrip("\r\n")) : stop]
    indent = text[first : mapping.keys[last].start]
    if comma is None:
        return [(end, end, ","), (stop, stop, f"{indent}{entry}{line_end}")]
    return [(stop, stop, f"{indent}{entry},{line_end}")]


def _end(text: str, mapping: Span, step: str) -> int:
    """Return where an entry ends: behind its value, its colon or its key."""
    key, child = mapping.keys[step], mapping.children[step]
    colon = _COLON.match(text, key.end)
    return max(child.end, colon.end()) if colon else key.end


def _comma(text: str, end: int) -> int | None:
    found = _COMMA.match(text, end)
    return found.start("comma") if found else None


def _said(text: str, mapping: Span, start: int, end: int) -> str:
    """Return what stands in braces beside an entry: comments."""
    return f"{text[mapping.start + 1 : start]}{text[end : mapping.end - 1]}".strip()


def _indent(text: str, start: int) -> int | None:
    """Return where the line begins of which a key is the first thing; None when something stands before it."""
    found = _LINE_START.search(text[:start])
    return found.start("indent") if found else None


def _own_lines(text: str, mapping: Span, start: int, end: int) -> tuple[int, int] | None:
    """Return the lines of an entry that shares them with nothing but comments."""
    first = _indent(text, start)
    rest = _REST.match(text, end)
    if first is None or first <= mapping.start or rest is None or not rest.group("end"):
        return None
    return first, rest.end()


def _next(text: str, end: int) -> int:
    """Return where the next thing begins behind a comma, or the comment that stands behind it on its line ends."""
    rest = _REST.match(text, end)
    assert rest is not None
    stop = rest.end() - len(rest.group("end") or "")
    return stop + len(text[stop:]) - len(text[stop:].lstrip())

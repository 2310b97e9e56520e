"""Take one key out of a mapping in somebody's YAML file and leave the rest of their bytes alone.

Owns which lines and characters belong to a key. Must not know what the keys mean.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from gitramp.source import plain
from gitramp.yamlio.braces import without_entry
from gitramp.yamlio.read import read
from gitramp.yamlio.spans import Span, spans
from gitramp.yamlio.splice import Change, NotAlone, spliced, text_of

_COLON = re.compile(r"\s*:(?:[ \t]+&[^\s,\[\]{}]+)?")
_LINE_END = re.compile(r"[\r\n]*\Z")


def remove(content: bytes, path: Sequence[str]) -> bytes:
    """Return the file without the key at `path` of its mapping; a file that has no such key comes back as it is.

    In block style the lines of the key and its value go, the comments on them, and comment lines right beneath that
    are indented deeper than the key. Comment lines right above, at the key's own indentation, go only where nothing
    else can own them: the key is the last of its paragraph (a blank line, a line indented less, or the end of the file
    follows), and above the comments is neither the key of the mapping nor the start of the file. A paragraph that goes
    whole takes the blank line above it along: one stays between its neighbours, none at the end of a file. In flow
    style the entry goes with one comma. A mapping whose last key goes becomes `{}`: null would say something else.

    Expects a file that `read` accepts. Raises NotAlone when the key cannot go without another value.
    """
    before = plain(read("", content))
    if not _has(before, path):
        return content
    return spliced(content, _ways(text_of(content), list(path)), _without(before, path), path)


def _has(tree: Any, path: Sequence[str]) -> bool:
    for step in path:
        if not isinstance(tree, dict) or step not in tree:
            return False
        tree = tree[step]
    return bool(path)


def _without(tree: Any, path: Sequence[str]) -> Any:
    if len(path) == 1:
        return {key: child for key, child in tree.items() if key != path[0]}
    return tree | {path[0]: _without(tree[path[0]], path[1:])}


def _ways(text: str, path: list[str]) -> Iterator[list[Change]]:
    """Yield ways to take a key out, the tidiest first."""
    around: Span | None = None
    mapping = spans(text)
    for position, step in enumerate(path):
        if step not in mapping.children:
            raise NotAlone(".".join(path[:position]))  # an alias, as the tree has the key
        if position < len(path) - 1:
            around, mapping = mapping.keys[step], mapping.children[step]
    if mapping.in_braces:
        yield without_entry(text, mapping, path[-1])
        return
    key, child = mapping.keys[path[-1]], mapping.children[path[-1]]
    lines = text.splitlines(keepends=True)  # what else Python takes for a line's end, `read` refuses
    first, last, column = _own_lines(text, lines, key, child)
    if lines[first][:column].strip():
        raise NotAlone(".".join(path))  # `? key`
    empty = len(mapping.children) == 1
    for gone in (_paragraph(lines, first, last, column), (first, last + 1)):
        yield _without_lines(text, lines, gone, around, empty=empty)
    if last == len(lines) - 1:  # what stands above may need its line's end: a block of text
        yield [(sum(map(len, lines[:first])), len(text), "")]


def _own_lines(text: str, lines: list[str], key: Span, child: Span) -> tuple[int, int, int]:
    """Return the first and last line of a key in block style, its value and the comments beneath it; and its column."""
    starts = list(accumulate((len(line) for line in lines), initial=0))
    first = bisect_right(starts, key.start) - 1
    end = max(key.end, len(text[: child.end].rstrip()))
    last = bisect_right(starts, end - 1) - 1
    column = key.start - starts[first]
    header = text[child.start : child.end].partition("\n")[0].partition("#")[0]
    if header[:1] in {"|", ">"} and "+" in header:  # the blank lines beneath are part of the text
        while last + 1 < len(lines) and not lines[last + 1].strip():
            last += 1
    while last + 1 < len(lines) and _is_comment(lines[last + 1]) and _indent(lines[last + 1]) > column:
        last += 1
    return first, last, column


def _paragraph(lines: list[str], first: int, last: int, column: int) -> tuple[int, int]:
    """Return where the lines that go begin and end, with the comments above and the blank line of theirs alone."""
    top, bottom = first, last + 1
    below = lines[bottom] if bottom < len(lines) else None
    if below is not None and below.strip() and _indent(below) >= column:
        return first, bottom
    while top and _is_comment(lines[top - 1]) and _indent(lines[top - 1]) == column:
        top -= 1
    if top < first and (not top or _opens(lines[top - 1], column)):
        return first, bottom
    if below is not None and below.strip():
        return top, bottom
    while top and not lines[top - 1].strip():
        top -= 1
        if below is not None:  # one blank line is between two paragraphs, none stays at the end of a file
            break
    return top, bottom


def _opens(line: str, column: int) -> bool:
    """Whether a line is that of the mapping itself, so that comments beneath it may be about the mapping."""
    return line.startswith(("---", "%")) or bool(line.strip() and _indent(line) < column)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_lines(
    text: str, lines: list[str], gone: tuple[int, int], around: Span | None, *, empty: bool
) -> list[Change]:
    """Take whole lines out; `{}` takes their place, or stands behind the key `around` them, when they were all."""
    start, end = sum(map(len, lines[: gone[0]])), sum(map(len, lines[: gone[1]]))
    braces: list[Change] = []
    if empty and around is None:
        return [(start, end, "{}" + _ending(lines[gone[1] - 1]))]
    if empty and around is not None:
        colon = _COLON.match(text, around.end)
        braces = [(colon.end(), colon.end(), " {}")] if colon else []
    if gone[0] and not _ending(lines[gone[1] - 1]):  # a file that did not end with a line's end still does not
        start -= len(_ending(lines[gone[0] - 1]))
    return [*braces, (start, end, "")]


def _ending(line: str) -> str:
    found = _LINE_END.search(line)
    return found.group() if found else ""

"""Change one value of somebody's YAML file and leave the rest of their bytes alone.

The new text goes exactly where the old one stood, or behind what stands last in its mapping; no line is laid out anew.
Owns that nothing but the one value reads differently afterwards. Must not know what the keys mean or whether the new
value is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from gitramp.source import plain
from gitramp.yamlio.braces import with_entry
from gitramp.yamlio.layout import indentation, inline, lines, prefers_braces
from gitramp.yamlio.read import read
from gitramp.yamlio.spans import Span, spans
from gitramp.yamlio.splice import Change, NotAlone, Tree, same, spliced, text_of

_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_NULL = re.compile(r"[ \t]*:(?P<null>(?:[ \t]+(?:null|~))?)(?=[ \t]*(?:#|[\r\n]|\Z))")
_COMMENT_LINE = re.compile(r"(?:\r\n|\r|\n)(?P<indent>[ \t]*)#[^\r\n]*")
_BLANK_LINES = re.compile(r"(?:(?>\r\n|\r|\n)[ \t]*(?=[\r\n]))*")


def edit(content: bytes, path: Sequence[str], value: Tree) -> bytes:
    """Return the file with the value at `path` of its mapping set; mappings on the way are made when missing.

    A value that takes the place of another stands on one line. New keys are in block style, unless all keys beside
    them have mappings in flow style; lists are in flow style. Expects a file that `read` accepts. Raises KeyError with
    the path so far when something on the way is no mapping, NotAlone when the value cannot be changed without another
    one.
    """
    before = plain(read("", content))
    wanted = _with_value(before, path, value)
    if same(before, wanted):
        return content
    return spliced(content, _ways(text_of(content), list(path), value), wanted, path)


def _with_value(tree: Any, path: Sequence[str], value: Tree, done: tuple[str, ...] = ()) -> Any:
    """Return a tree with a value set; null on the way makes room for a mapping."""
    if not path:
        return value
    if tree is not None and not isinstance(tree, dict):
        raise KeyError(".".join(done))
    below = tree or {}
    return below | {path[0]: _with_value(below.get(path[0]), path[1:], value, (*done, path[0]))}


def _ways(text: str, path: list[str], value: Tree) -> Iterator[list[Change]]:
    """Yield ways to set a value, the one that looks best first."""
    root = node = spans(text)
    around: Span | None = None
    for position, step in enumerate(path):
        if node.kind == "alias":
            raise NotAlone(".".join(path[:position]))
        if node.kind != "mapping":  # null, as the tree lets nothing else pass
            path, value = path[:position], _nested(path[position:], value)
            break
        if step not in node.children:
            yield from _added(text, root, node, _nested(path[position:], value))
            return
        around, node = node, node.children[step]
    if around is not None and isinstance(value, Mapping) and value:
        yield from _opened(text, root, around, path[-1], value)
    yield [_replaced(text, around, path, value)]


def _nested(path: list[str], value: Tree) -> Mapping[str, Any]:
    nested = reduce(lambda inner, step: {step: inner}, reversed(path), value)
    assert isinstance(nested, Mapping)
    return nested


def _replaced(text: str, around: Span | None, path: list[str], value: Tree) -> Change:
    """Put a text in the place of a value, on the line of its key."""
    if around is None:
        root = spans(text)
        return root.start, root.end, inline(value)
    key, node = around.keys[path[-1]], around.children[path[-1]]
    new = inline(value, text[node.start : node.end], in_braces=around.in_braces)
    colon = text.find(":", key.end, max(node.start, key.end))
    if node.start == node.end:  # nothing stands there, not even null
        at = key.end if colon < 0 else colon + 1
        return at, at, f": {new}" if colon < 0 else f" {new}"
    if node.kind in {"mapping", "list"} and not node.in_braces:
        return colon + 1, node.end, f" {new}"
    return node.start, node.end, new


def _opened(text: str, root: Span, around: Span, step: str, below: Mapping[str, Any]) -> Iterator[list[Change]]:
    """Put a mapping beneath a key that has null or nothing; a comment stays on the line of the key."""
    found = _NULL.match(text, around.keys[step].end)
    if found is None or around.in_braces or prefers_braces(around, step):
        return
    indent = indentation(around, root)
    end = _line_end(text, found.end())
    new = _on_lines(text, lines(below, around.column + indent, indent))
    yield [(*found.span("null"), ""), (end, end, new)]


def _added(text: str, root: Span, mapping: Span, new: Mapping[str, Any]) -> Iterator[list[Change]]:
    """Put a new key behind what stands last in a mapping, and behind the comments that belong to that."""
    if mapping.in_braces:
        yield with_entry(text, mapping, inline(new)[1:-1])
        return
    last = max(max(mapping.children[key].end, mapping.keys[key].end) for key in mapping.keys)
    indent = indentation(mapping, root)
    (key, value), *_ = new.items()
    if isinstance(value, Mapping) and prefers_braces(mapping, key):
        written = _on_lines(text, [f"{' ' * mapping.column}{inline(key)}: {inline(value)}"])
    else:
        written = _on_lines(text, lines(new, mapping.column, indent))
    line_end = _line_end(text, last)
    blank = _BLANK_LINES.match(text, line_end)
    assert blank is not None
    for at in (line_end, blank.end()):  # blank lines may be part of the text above
        behind = _behind_comments(text, at, mapping.column)
        yield [(behind, behind, written)]


def _behind_comments(text: str, at: int, column: int) -> int:
    """Return the end of the comment lines that begin at a line's end and are indented deeper than a column."""
    while (comment := _COMMENT_LINE.match(text, at)) and len(comment.group("indent")) > column:
        at = comment.end()
    return at


def _line_end(text: str, at: int) -> int:
    found = _LINE_END.search(text, at)
    assert found is not None
    return found.start()


def _on_lines(text: str, written: Iterator[str] | list[str]) -> str:
    """Put each line on one of its own, behind one that ends as the lines of the text do."""
    line_end = "\r\n" if "\r\n" in text else "\n"
    return "".join(f"{line_end}{line}" for line in written)

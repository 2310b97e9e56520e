"""Change one value of somebody's YAML file and leave the rest of their bytes alone.

The new text goes exactly where the old one stood, or behind what stands last in its mapping; no line is laid out anew.
Owns that nothing but the one value reads differently afterwards. Must not know what the keys mean or whether the new
value is right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from gitramp.source import plain
from gitramp.yamlio.read import read
from gitramp.yamlio.spans import Span, spans
from gitramp.yamlio.splice import Change, NotAlone, Tree, same, spliced, text_of
from gitramp.yamlio.write import scalar

_LINE_END = re.compile(r"\r\n|\r|\n|\Z")


def edit(content: bytes, path: Sequence[str], value: Tree) -> bytes:
    """Return the file with the value at `path` of its mapping set; mappings on the way are made when missing.

    What is no scalar is written in flow style. Expects a file that `read` accepts. Raises KeyError with the path so far
    when something on the way is no mapping, NotAlone when the value cannot be changed without another one.
    """
    before = plain(read("", content))
    wanted = _with_value(before, path, value)
    if same(before, wanted):
        return content
    return spliced(content, [[_change(text_of(content), list(path), value)]], wanted, path)


def _with_value(tree: Any, path: Sequence[str], value: Tree, done: tuple[str, ...] = ()) -> Any:
    """Return a tree with a value set; null on the way makes room for a mapping."""
    if not path:
        return value
    if tree is not None and not isinstance(tree, dict):
        raise KeyError(".".join(done))
    below = tree or {}
    return below | {path[0]: _with_value(below.get(path[0]), path[1:], value, (*done, path[0]))}


def _change(text: str, path: list[str], value: Tree) -> Change:
    node = spans(text)
    key: Span | None = None
    for position, step in enumerate(path):
        if node.kind == "alias":
            raise NotAlone(".".join(path[:position]))
        if node.kind != "mapping":
            return _replaced(text, key, node, _flow(path[position:], value))
        if step not in node.children:
            return _added(text, node, path[position:], value)
        key, node = node.keys[step], node.children[step]
    return _replaced(text, key, node, _like(text[node.start : node.end], value))


def _replaced(text: str, key: Span | None, node: Span, new: str) -> Change:
    """Put a text in the place of a value, on the line of its key."""
    if key is None:
        return node.start, node.end, new
    colon = text.find(":", key.end, max(node.start, key.end))
    if node.start == node.end:  # nothing stands there, not even null
        at = key.end if colon < 0 else colon + 1
        return at, at, f": {new}" if colon < 0 else f" {new}"
    if node.kind in {"mapping", "list"} and not node.in_braces:
        return colon + 1, node.end, f" {new}"
    return node.start, node.end, new


def _added(text: str, mapping: Span, path: list[str], value: Tree) -> Change:
    """Put a new key behind what stands last in a mapping."""
    last = max((child.end for child in mapping.children.values()), default=mapping.start + 1)
    last = max((last, *(key.end for key in mapping.keys.values())))
    if mapping.in_braces:
        new = _flow(path, value)[1:-1]
        return last, last, f", {new}" if mapping.children else new
    found = _LINE_END.search(text, last)
    assert found is not None
    line_end = "\r\n" if "\r\n" in text else "\n"
    lines = [f"{' ' * (mapping.column + 2 * depth)}{scalar(step)}:" for depth, step in enumerate(path)]
    return found.start(), found.start(), f"{line_end}{line_end.join(lines)} {_like('', value)}"


def _flow(path: list[str], value: Tree) -> str:
    """Write a value inside the mappings of a path, on one line."""
    return f"{{{scalar(path[0])}: {_flow(path[1:], value)}}}" if path else _like("", value)


def _like(old: str, value: Tree) -> str:
    """Write a value on one line, text in the quotes that the old one had."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_like('', key)}: {_like('', child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(_like('', child) for child in value)}]"
    if isinstance(value, str) and old.startswith("'") and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, str) and old.startswith('"') and value.isprintable():
        return json.dumps(value, ensure_ascii=False)
    written = scalar(value)
    return json.dumps(value) if isinstance(value, str) and "," in written and not written.startswith('"') else written

"""How new text looks in somebody's file: in the quotes, the style and the indentation of what stands around it.

Must not know where the text goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gitramp.yamlio.spans import Span
from gitramp.yamlio.splice import Tree
from gitramp.yamlio.write import scalar

_INDENT = 2


def inline(value: Tree, old: str = "", *, in_braces: bool = False) -> str:
    """Write a value on one line, text in the quotes that the `old` one had."""
    if isinstance(value, Mapping):
        entries = (f"{inline(key, in_braces=True)}: {inline(child, in_braces=True)}" for key, child in value.items())
        return f"{{{', '.join(entries)}}}"
    if isinstance(value, list):
        return f"[{', '.join(inline(child, in_braces=True) for child in value)}]"
    if not isinstance(value, str):
        return scalar(value)
    if old.startswith("'") and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    written = scalar(value)
    # A comma ends a value in braces, and some readers stop at a colon there.
    odd = in_braces and ("," in written or (not old and ":" in written))
    if not written.startswith('"') and (odd or old.startswith('"')):
        return json.dumps(value, ensure_ascii=False)
    return written


def lines(tree: Mapping[str, Any], column: int, indent: int) -> Iterator[str]:
    """Write a mapping in block style; lists and empty mappings stand on the line of their key."""
    for key, value in tree.items():
        start = f"{' ' * column}{scalar(key)}:"
        if isinstance(value, Mapping) and value:
            yield start
            yield from lines(value, column + indent, indent)
        else:
            yield f"{start} {inline(value)}"


def prefers_braces(mapping: Span, beside: str) -> bool:
    """Whether all that stands beside a key of a mapping are mappings in flow style, such as tracks on a line each."""
    others = [child for key, child in mapping.children.items() if key != beside]
    return bool(others) and all(child.kind == "mapping" and child.in_braces for child in others)


def indentation(*mappings: Span) -> int:
    """Return by how much nested keys are indented, as the first of the mappings that nests any has it."""
    return next((step for mapping in mappings for step in _steps(mapping)), _INDENT)


def _steps(mapping: Span) -> Iterator[int]:
    for child in mapping.children.values():
        if child.kind == "mapping" and not child.in_braces:
            yield child.column - mapping.column
            yield from _steps(child)

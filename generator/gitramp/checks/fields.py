"""Fields at many places of an object at once, as `spec.http[].timeout` is.

Owns the walk. Must not know any kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.pointer import Pointer

EACH = "*"
"""A step to every item of a list, or to every value of a mapping."""


def fields(tree: Any, *path: str) -> Iterator[tuple[Pointer, Any]]:
    """Yield each value at `path` with the pointer to it, nothing for what is absent or null."""
    for depth, step in enumerate(path):
        if step == EACH:
            here, rest = path[:depth], path[depth + 1 :]
            for key, child in _children(tree):
                yield from (((*here, key, *below), value) for below, value in fields(child, *rest))
            return
        tree = tree.get(step) if isinstance(tree, dict) else None
        if tree is None:
            return
    if tree is not None:
        yield path, tree


def texts(tree: Any, *path: str) -> Iterator[tuple[Pointer, str]]:
    """Yield each text at `path` with the pointer to it."""
    return ((at, value) for at, value in fields(tree, *path) if isinstance(value, str))


def mappings(tree: Any, *path: str) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield each mapping at `path` with the pointer to it."""
    return ((at, value) for at, value in fields(tree, *path) if isinstance(value, dict))


def _children(tree: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(tree, dict):
        yield from ((key, child) for key, child in tree.items() if isinstance(key, str))
    elif isinstance(tree, list):
        yield from enumerate(tree)

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
    if not path:
        if tree is not None:
            yield (), tree
        return
    for step, child in _children(tree, path[0]):
        for at, value in fields(child, *path[1:]):
            yield (step, *at), value


def texts(tree: Any, *path: str) -> Iterator[tuple[Pointer, str]]:
    """Yield each text at `path` with the pointer to it."""
    return ((at, value) for at, value in fields(tree, *path) if isinstance(value, str))


def mappings(tree: Any, *path: str) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield each mapping at `path` with the pointer to it."""
    return ((at, value) for at, value in fields(tree, *path) if isinstance(value, dict))


def _children(tree: Any, step: str) -> Iterator[tuple[str | int, Any]]:
    if isinstance(tree, dict):
        keys = [key for key in tree if isinstance(key, str)] if step == EACH else [step] if step in tree else []
        yield from ((key, tree[key]) for key in keys)
    elif isinstance(tree, list) and step == EACH:
        yield from enumerate(tree)

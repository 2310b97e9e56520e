"""The lines that a change edits: those that only one of two revisions has.

Owns the comparison of files as text. Pure. Must not know what a line says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from gitramp.problem import Mark
from gitramp.source import Node

Lines = Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Edits:
    """Lines by file: `gone` are those that only the revision before has, `new` those that only the one after has."""

    gone: Lines = field(default_factory=dict)
    new: Lines = field(default_factory=dict)


def edits(before: Mapping[str, bytes], after: Mapping[str, bytes], paths: Iterable[str]) -> Edits:
    """Compare some files of two revisions line by line."""
    found = {path: _edited(before.get(path, b""), after.get(path, b"")) for path in paths}
    return Edits({path: each[0] for path, each in found.items()}, {path: each[1] for path, each in found.items()})


def _edited(old: bytes, new: bytes) -> tuple[frozenset[int], frozenset[int]]:
    mine, theirs = (each.decode("utf-8", "replace").splitlines() for each in (old, new))  # as YAML counts them
    start = _alike(mine, theirs)
    end = min(_alike(mine[::-1], theirs[::-1]), len(mine) - start, len(theirs) - start)
    between = SequenceMatcher(None, mine[start : len(mine) - end], theirs[start : len(theirs) - end])
    gone: set[int] = set()
    come: set[int] = set()
    for same, a, b, c, d in between.get_opcodes():
        if same != "equal":
            gone.update(range(start + a + 1, start + b + 1))
            come.update(range(start + c + 1, start + d + 1))
    return frozenset(gone), frozenset(come)


def _alike(one: list[str], other: list[str]) -> int:
    """Return how many lines two files begin with that are the same: most of a large file is not looked at again."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


def said_on(node: Node, lines: Lines) -> Mark | None:
    """Return the first line of a value that is edited; None when none is."""
    edited = lines.get(node.place.path, frozenset())
    return next((Mark(node.place.path, n, c) for n, c in _spanned(node) if n in edited), None)


def _spanned(node: Node) -> Iterator[tuple[int, int]]:
    """Yield the lines that a value surely stands on: a text of several lines goes on where it begins."""
    first = node.place.line
    yield first, node.place.column
    if isinstance(node.value, str):
        yield from ((first + more, 1) for more in range(1, node.value.count("\n") + 1))

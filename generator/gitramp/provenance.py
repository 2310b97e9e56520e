"""From a rendered field back to the overlay lines that decided it.

Owns the joining of a manifest's origins with the settings in the merged values; findings and `explain` both read it.
Pure. Must not know files or formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gitramp.pointer import Pointer
from gitramp.problem import Mark
from gitramp.resource import Manifest, Origin
from gitramp.source import Setting, Values, walk_towards


@dataclass(frozen=True, slots=True)
class Cause:
    """One overlay value that a rendered field was made from, with all its settings, the winning one last."""

    pointer: Pointer
    settings: tuple[Setting, ...]
    exact: bool
    """False when the overlay never said the value: the place is that of the nearest thing around it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A rendered value, its causes, and how it was computed when it was.

    `fixed` when no overlay decides the value: its only cause is then what the object exists for.
    """

    value: Any
    how: str
    causes: tuple[Cause, ...]
    fixed: bool


def trace(manifest: Manifest, pointer: Pointer, values: Values) -> Trace:
    """Explain one field of a manifest; raises LookupError or TypeError when it has no such field."""
    exact, value = manifest.field(pointer)
    origin = manifest.origin(exact)
    causes = tuple(_cause(p, values) for p in origin.pointers)
    return Trace(value, origin.how, causes, fixed=origin.pointers == (manifest.owner,))


def _cause(pointer: Pointer, values: Values) -> Cause:
    nodes = list(walk_towards(values.root, pointer))
    node, exact = nodes[-1], len(nodes) == len(pointer) + 1
    settings = (*node.history, Setting(node.place, node.shown))
    if not exact and isinstance(node.value, dict):
        settings = node.removed.get(str(pointer[len(nodes) - 1]), settings[-1:])
    return Cause(pointer, settings, exact)


def place(at: Origin, values: Values) -> Mark | None:
    """Return the overlay line that decided a value, None when nothing did."""
    return values.nearest(at.pointers[0]).place if at.pointers else None

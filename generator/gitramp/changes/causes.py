"""The rendered difference, collapsed by cause: one overlay line, and the fields that it reaches.

Owns which of a field's origins counts: those whose overlay value differs, else the first. Values are shown where they
cannot be secrets. Must not know what any field means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gitramp import parity, provenance
from gitramp.changes.fields import Field, differing
from gitramp.changes.state import Compared, State
from gitramp.ordering.trees import Change
from gitramp.pointer import Pointer, dotted
from gitramp.problem import Mark
from gitramp.resource import Manifest
from gitramp.secrets import names_secrets
from gitramp.source import Node, Values, plain, walk_towards

_MOST = 4
"""Keys of a mapping that are named where several of them change."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A rendered field that a cause reaches; the pointer is empty for an object as a whole."""

    object: str
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Cause:
    """An overlay line; `gone` says that the line was, in the revision before. `says` names the value and its change."""

    mark: Mark
    gone: bool
    says: str
    reached: tuple[Reached, ...] = field(default=())

    @property
    def objects(self) -> tuple[str, ...]:
        """The objects that are reached."""
        return tuple(dict.fromkeys(each.object for each in self.reached))


def causes(compared: Compared) -> tuple[Cause, ...]:
    """Return the lines behind what differs, those that reach most first; a field may have several."""
    found: dict[tuple[str, int, bool], tuple[Pointer, list[Reached]]] = {}
    marks: dict[tuple[str, int, bool], Mark] = {}
    for change in compared.trees.changes.values():
        for at, state, manifest, gone in _fields(change, compared):
            for pointer, mark in _origins(at, state, manifest, compared):
                key = (mark.path, mark.line or 0, gone)
                marks.setdefault(key, mark)
                known, reached = found.setdefault(key, (pointer, []))
                reached.append(Reached(str(manifest.id), at))
                if len(pointer) < len(known):
                    found[key] = (pointer, reached)
    told = [
        Cause(marks[key], key[2], _says(pointer, compared), tuple(dict.fromkeys(reached)))
        for key, (pointer, reached) in found.items()
    ]
    return tuple(sorted(told, key=lambda each: (-len(each.reached), each.mark.path, each.mark.line or 0)))


def _fields(change: Change, compared: Compared) -> Iterator[tuple[Pointer, State, Manifest, bool]]:
    """Yield each field that differs, in the state that has it, and whether that is the one before."""
    before, after = change.before, change.after
    if before is None or after is None:
        whole = [Field((), None, ())] if after is None else [Field(None, (), ())]
    else:
        whole = list(differing(before.body, after.body))
    for each in whole:
        if each.after is not None and after is not None and compared.after is not None:
            yield each.after, compared.after, after, False
        elif each.before is not None and before is not None and compared.before is not None:
            yield each.before, compared.before, before, True


def _origins(at: Pointer, state: State, manifest: Manifest, compared: Compared) -> Iterator[tuple[Pointer, Mark]]:
    """Yield the overlay values behind a field that differ, else the first, each with the line that decided it."""
    trace = provenance.trace(manifest, at, state.values) if at else None
    pointers = [cause.pointer for cause in trace.causes] if trace else [manifest.owner]
    pointers += [p for p in manifest.changed_by if not at]
    moved = [pointer for pointer in pointers if _differs(pointer, compared)]
    for pointer in dict.fromkeys(_narrowed(p, compared) for p in moved or pointers[:1]):
        yield pointer, state.values.nearest(pointer).place


def _narrowed(pointer: Pointer, compared: Compared) -> Pointer:
    """Go down to the one value beneath that differs: who edits a line of a file has not edited the whole mapping."""
    found = _children(pointer, compared)
    return _narrowed((*pointer, found[0]), compared) if len(found) == 1 else pointer


def _children(pointer: Pointer, compared: Compared) -> list[str | int]:
    """Return the keys or positions of a value beneath which it differs."""
    old, new = (node.value if node else None for node in _both(pointer, compared))
    steps: list[str | int] = []
    if isinstance(old, dict) and isinstance(new, dict):
        steps = [*new, *(key for key in old if key not in new)]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        steps = list(range(len(new)))
    return [step for step in steps if _differs((*pointer, step), compared)]


def _inside(pointer: Pointer, compared: Compared) -> str:
    keys = [str(key) for key in _children(pointer, compared) if isinstance(key, str)]
    return f" in {', '.join(keys[:_MOST])}{', ...' if len(keys) > _MOST else ''}" if keys else ""


def _node(values: Values | None, pointer: Pointer) -> Node | None:
    nodes = list(walk_towards(values.root, pointer)) if values is not None else []
    return nodes[-1] if len(nodes) == len(pointer) + 1 else None


def _both(pointer: Pointer, compared: Compared) -> tuple[Node | None, Node | None]:
    before, after = compared.before, compared.after
    return _node(before.values if before else None, pointer), _node(after.values if after else None, pointer)


def _differs(pointer: Pointer, compared: Compared) -> bool:
    old, new = _both(pointer, compared)
    return (None if old is None else plain(old)) != (None if new is None else plain(new))


def _says(pointer: Pointer, compared: Compared) -> str:
    old, new = _both(pointer, compared)
    name = dotted(pointer)
    if old is None and new is None:
        return name
    if old is None or new is None:
        return f"{name} {'added' if old is None else 'removed'}"
    private = names_secrets(pointer) or not parity.PRIVATE.isdisjoint(map(str, pointer))
    if private or any(isinstance(each.value, (dict, list)) for each in (old, new)):
        return f"{name} changes{_inside(pointer, compared)}" if plain(old) != plain(new) else name
    return f"{name} {old.shown} -> {new.shown}" if old.value != new.value else name

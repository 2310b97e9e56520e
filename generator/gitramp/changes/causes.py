"""The rendered difference, collapsed by cause: one edited overlay line, and the fields that it reaches.

Owns which edited lines are behind a field: those of the values that it is made from, else those of what it exists for.
Must not know what any field means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gitramp.changes.fields import Field, differing
from gitramp.changes.saying import says
from gitramp.changes.state import Compared
from gitramp.ordering.trees import Change, namespace_key
from gitramp.pointer import Pointer
from gitramp.problem import Mark
from gitramp.resource import Manifest


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
    """Return the edited lines, those that reach most first, those that reach nothing last; a field may have several."""
    if compared.before is None or compared.after is None:
        return tuple(_whole(compared))
    behind = _Behind(compared)
    reached: dict[int, dict[Reached, None]] = {number: {} for number in range(len(compared.lines))}
    for change in compared.changes:
        for at, manifest, gone in _fields(change):
            for number in behind.lines_of(at, manifest, change, gone=gone):
                reached[number][Reached(str(manifest.id), at)] = None
    told = [Cause(line.mark, line.gone, says(line), tuple(reached[n])) for n, line in enumerate(compared.lines)]
    return tuple(sorted(told, key=lambda each: (-len(each.reached), each.mark.path, each.mark.line)))


def _whole(compared: Compared) -> Iterator[Cause]:
    """Yield the file of an environment that is new, or gone."""
    state = compared.after or compared.before
    if state is None:
        return
    found = (change.after or change.before for change in compared.changes)
    objects = tuple(Reached(str(manifest.id), ()) for manifest in found if manifest)
    what = "added" if compared.before is None else "removed"
    mark = Mark(state.values.files[-1])
    yield Cause(mark, compared.after is None, f"environment {state.values.name} {what}", objects)


def _fields(change: Change) -> Iterator[tuple[Pointer, Manifest, bool]]:
    """Yield each field that differs, in the object that has it, and whether that is the one before."""
    before, after = change.before, change.after
    if before is None or after is None:
        whole = [Field((), None, ())] if after is None else [Field(None, (), ())]
    else:
        whole = list(differing(before.body, after.body))
    for each in whole:
        if each.after is not None and after is not None:
            yield each.after, after, False
        elif each.before is not None and before is not None:
            yield each.before, before, True


class _Behind:
    """The edited lines by the values that they say, as they were and as they are."""

    def __init__(self, compared: Compared) -> None:
        self._compared = compared
        self._at: tuple[dict[Pointer, set[int]], ...] = ({}, {})
        self._beneath: tuple[dict[Pointer, set[int]], ...] = ({}, {})
        for number, line in enumerate(compared.lines):
            for leaf in line.leaves:
                for side, pointer in enumerate((leaf.before, leaf.after)):
                    said = leaf.pointer if pointer is None else pointer
                    self._at[side].setdefault(said, set()).add(number)
                    for depth in range(len(said)):
                        self._beneath[side].setdefault(said[:depth], set()).add(number)

    def lines_of(self, at: Pointer, manifest: Manifest, change: Change, *, gone: bool) -> Sequence[int]:
        """Return the lines behind a field, by position; none when no edit is known to reach it."""
        side = 0 if gone else 1
        origins = manifest.origin(at).pointers if at else (manifest.owner, *manifest.changed_by)
        found = {n for pointer in origins for n in self._said(pointer, side)}
        if not found:
            near = {n for pointer in origins for n in self._beneath[side].get(pointer, ())}
            service = self._beneath[side].get(("services", manifest.service)) if manifest.service else None
            around = near or service or self._of_namespace(manifest, change)
            found = self._likely(change, around or set(range(len(self._compared.lines))))
        return sorted(found)

    def _said(self, pointer: Pointer, side: int) -> set[int]:
        """Return the lines that say a value, or something around it."""
        return {n for depth in range(len(pointer), 0, -1) for n in self._at[side].get(pointer[:depth], ())}

    def _likely(self, change: Change, around: set[int]) -> set[int]:
        """Keep the lines that say something that the object is made from, all when none does."""
        both = [(side, m) for side, m in enumerate((change.before, change.after)) if m is not None]
        origins = ((side, pointer) for side, m in both for each in m.origins.values() for pointer in each.pointers)
        made_from = {n for side, pointer in origins for n in self._said(pointer, side)}
        return around & made_from or around

    def _of_namespace(self, manifest: Manifest, change: Change) -> set[int]:
        """Return the lines for which the namespace of an object comes, goes or changes."""
        of = self._compared.trees.changes.get(namespace_key(manifest.id.namespace))
        if of is None or of is change or not manifest.id.namespace:
            return set()
        return {n for at, m, gone in _fields(of) for n in self.lines_of(at, m, of, gone=gone)}

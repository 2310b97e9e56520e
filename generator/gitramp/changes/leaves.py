"""The overlay values that differ between two states, by the line that is edited for it.

Owns which line counts: the one that the change edits, be it where the value stands, where it stood, or what takes it
away. Must not know what is rendered from a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gitramp.changes.edits import Edits, Lines, said_on
from gitramp.changes.fields import differing
from gitramp.pointer import Pointer
from gitramp.problem import Mark
from gitramp.source import Node, Setting, Values, walk_towards
from gitramp.workspace import ENVIRONMENTS

Place = tuple[str, int, bool]
"""File, line, and whether that is one of the revision before."""
OF_SERVICE = 2
"""Keys that lead to a service."""
_INHERITING = frozenset({"tracks", "jobs"})


class Leaf(NamedTuple):
    """A value that differs: its pointers and nodes before and after, None where it is not."""

    before: Pointer | None
    after: Pointer | None
    old: Node | None
    new: Node | None

    @property
    def pointer(self) -> Pointer:
        """Where it is, or was."""
        return self.after if self.after is not None else self.before or ()


@dataclass(frozen=True, slots=True)
class Line:
    """An edited line and the values that differ by it; what tracks and jobs inherit is told once, where it is said."""

    mark: Mark
    gone: bool
    leaves: tuple[Leaf, ...]

    @property
    def said(self) -> tuple[Leaf, ...]:
        """The values without those that others inherit from them."""
        pointers = {leaf.pointer for leaf in self.leaves}
        return tuple(each for each in self.leaves if pointers.isdisjoint(inherited_from(each.pointer)))


def lines(before: Values, after: Values, edits: Edits) -> tuple[Line, ...]:
    """Return the lines behind all that differs between two states of an environment's values."""
    found: dict[Place, tuple[Mark, list[Leaf]]] = {}
    for each in differing(before.plain(), after.plain()):
        leaf = Leaf(each.before, each.after, _node(before, each.before), _node(after, each.after))
        mark, gone = _place(leaf, before, after, edits)
        found.setdefault((mark.path, mark.line, gone), (mark, []))[1].append(leaf)
    return tuple(Line(mark, place[2], tuple(leaves)) for place, (mark, leaves) in found.items())


def files(before: Values, after: Values, moved: Iterable[str], edits: Edits) -> Iterator[Line]:
    """Yield a line for each file beside the overlays that has changed and that a value names: its first edited one."""
    for path in moved:
        named = tuple(_naming(path, before, after))
        if named:
            new, gone = edits.new.get(path), edits.gone.get(path)
            yield Line(Mark(path, min(new or gone or {1})), not new and bool(gone), named)


def _naming(path: str, before: Values, after: Values) -> Iterator[Leaf]:
    for pointer, node in _texts((), after.root):
        if f"{ENVIRONMENTS}/{node.value}" == path:
            yield Leaf(pointer, pointer, _node(before, pointer), node)


def _texts(at: Pointer, node: Node) -> Iterator[tuple[Pointer, Node]]:
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from _texts((*at, key), child)
    elif at[-1:] == ("file",) and at[0] != "manifests":  # of objects in files each value has a line
        yield at[:-1], node


def inherited_from(pointer: Pointer) -> Iterator[Pointer]:
    """Yield where a service says a value that one of its tracks or jobs has."""
    if pointer[:1] == ("services",) and len(pointer) > OF_SERVICE + 2 and pointer[OF_SERVICE] in _INHERITING:
        yield (*pointer[:OF_SERVICE], *pointer[OF_SERVICE + 2 :])


def _node(values: Values, pointer: Pointer | None) -> Node | None:
    if pointer is None:
        return None
    nodes = list(walk_towards(values.root, pointer))
    return nodes[-1] if len(nodes) == len(pointer) + 1 else None


def _place(leaf: Leaf, before: Values, after: Values, edits: Edits) -> tuple[Mark, bool]:
    """Return the edited line of a leaf, and whether it is one of the revision before."""
    for mark in _after(leaf, after, edits):
        return mark, False
    for mark in _before(leaf, before, edits):
        return mark, True
    for mark in _of_layers(leaf, after, edits):  # no line of either is edited: the value comes from another layer
        return mark, False
    node = leaf.new or leaf.old or after.root
    return node.place, leaf.new is None


def _after(leaf: Leaf, after: Values, edits: Edits) -> Iterator[Mark]:
    """Yield new lines that say a value, or take it away."""
    if leaf.new is not None:
        if mark := said_on(leaf.new, edits.new):
            yield mark
        return
    assert leaf.before is not None
    around = after.nearest(leaf.before[:-1])
    yield from _among(around.removed.get(str(leaf.before[-1]), ()), edits.new)
    if leaf.old is not None and around.place.path == leaf.old.place.path:
        yield from _among([Setting(around.place, "")], edits.new)  # of a mapping in one line, the line goes on


def _before(leaf: Leaf, before: Values, edits: Edits) -> Iterator[Mark]:
    """Yield lines that are gone and said a value, or took it away."""
    if leaf.old is not None:
        if mark := said_on(leaf.old, edits.gone):
            yield mark
        return
    assert leaf.after is not None
    yield from _among(before.nearest(leaf.after[:-1]).removed.get(str(leaf.after[-1]), ()), edits.gone)


def _of_layers(leaf: Leaf, after: Values, edits: Edits) -> Iterator[Mark]:
    """Yield new lines that say which layers or pieces a value is made of."""
    for pointer in ((*leaf.pointer[:OF_SERVICE], "include"), ("include",), ("extends",)):
        if node := _node(after, pointer):
            yield from _among([Setting(node.place, ""), *node.history], edits.new)


def _among(settings: Iterable[Setting], lines: Lines) -> Iterator[Mark]:
    """Yield the places of settings that are on some lines, the one in force first."""
    yield from (each.mark for each in reversed([*settings]) if each.mark.line in lines.get(each.mark.path, ()))

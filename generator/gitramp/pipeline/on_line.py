"""The values that a line of an overlay, or of a file beside it, says, replaces or takes away.

Owns the search in merged values. Must not know what is rendered from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gitramp.changes.leaves import inherited_from
from gitramp.pointer import Pointer
from gitramp.problem import Mark
from gitramp.source import Node, Setting, Values
from gitramp.workspace import ENVIRONMENTS


class Place(NamedTuple):
    """A line of a file, and all lines of it."""

    path: str
    line: int
    lines: Sequence[str]

    def has(self, mark: Mark | None) -> bool:
        """Whether a mark is on the line."""
        return mark is not None and mark.path == self.path and mark.line == self.line


class Overridden(NamedTuple):
    """A value that another line replaces, or takes away; what tracks and jobs inherit is told where it is said."""

    pointer: Pointer
    by: Mark
    taken_away: bool


@dataclass(frozen=True, slots=True)
class OnLine:
    """What a line says in one environment; `removes` has the places of what it takes away, None for nothing."""

    said: Mapping[Pointer, Node]
    overridden: tuple[Overridden, ...] = field(default=())
    removes: tuple[tuple[Pointer, Mark | None], ...] = field(default=())


def on_line(values: Values, place: Place) -> OnLine:
    """Find the values of a line; one within a text of several lines is that text's."""
    nodes = list(_nodes((), values.root))
    said = {at: node for at, node in nodes if place.has(node.place) or place.has(node.key_mark)}
    said |= {at[:-1]: node for at, node in nodes if at[-1:] == ("file",) and _names(node, place)}
    overridden = [
        Overridden(at, node.place, taken_away=False)
        for at, node in nodes
        if at not in said and any(place.has(setting.mark) for setting in node.history)
    ]
    lost = [((*at, key), settings) for at, node in nodes for key, settings in node.removed.items()]
    removes = [(at, _before(settings)) for at, settings in lost if place.has(settings[-1].mark)]
    overridden += [
        Overridden(at, settings[-1].mark, taken_away=True)
        for at, settings in lost
        if any(place.has(each.mark) for each in settings[:-1]) and not place.has(settings[-1].mark)
    ]
    if not said and not overridden and not removes:
        said = {at: node for at, node in nodes if _spans(node, place)}
    whole = {at for at, _ in removes} | {each.pointer for each in overridden}
    told = [each for each in overridden if whole.isdisjoint(inherited_from(each.pointer))]
    return OnLine(said, tuple(told), tuple(r for r in removes if whole.isdisjoint(inherited_from(r[0]))))


def _before(settings: Sequence[Setting]) -> Mark | None:
    said = [each.mark for each in settings[:-1] if each.shown != "removed"]
    return said[-1] if said else None


def _names(node: Node, place: Place) -> bool:
    return isinstance(node.value, str) and f"{ENVIRONMENTS}/{node.value}" == place.path


def _spans(node: Node, place: Place) -> bool:
    """Whether a line is within a block of text, https://yaml.org/spec/1.2.2/#81-block-scalar-styles."""
    first, text = node.mark, node.value
    if not isinstance(text, str) or first.path != place.path or not first.line < place.line <= len(place.lines):
        return False
    if place.lines[first.line - 1][first.column - 1 : first.column] not in {"|", ">"}:
        return False
    return place.line <= first.line + text.count("\n") + (not text.endswith("\n"))


def _nodes(at: Pointer, node: Node) -> Iterator[tuple[Pointer, Node]]:
    yield at, node
    below: Sequence[tuple[str | int, Node]] = ()
    if isinstance(node.value, dict):
        below = tuple(node.value.items())
    elif isinstance(node.value, list):
        below = tuple(enumerate(node.value))
    for step, child in below:
        yield from _nodes((*at, step), child)

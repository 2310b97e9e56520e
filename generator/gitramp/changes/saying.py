"""How an edited line is told: the values on it, before and after, where they cannot be secrets.

Owns those words. Must not know what the line reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gitramp import traffic
from gitramp.changes.flow import flow
from gitramp.changes.leaves import OF_SERVICE, Leaf, Line
from gitramp.pointer import Pointer, dotted
from gitramp.source import Node, plain

_MOST = 4
"""Keys that are named where several of them change."""
_LAYERS = frozenset({"extends", "include"})


def says(line: Line) -> str:
    """Name what changes on a line; of one that says which layers a value is made of, or a piece of it, that alone."""
    said = _first(line.said)
    if len(said) == 1:
        return _one(said[0])
    tails = {(each.pointer[OF_SERVICE:], _one(each, "")) for each in said if each.pointer[0] == "services"}
    if len(tails) == 1 and all(len(each.pointer) > OF_SERVICE for each in said):
        return f"{_one(said[0], dotted(said[0].pointer[OF_SERVICE:]))} in {_listed(each.pointer[1] for each in said)}"
    common = _common([each.pointer for each in said])
    keys = _listed(each.pointer[len(common)] for each in said if len(each.pointer) > len(common))
    return f"{dotted(common)} changes in {keys}" if common else f"{keys} change"


def _first(said: tuple[Leaf, ...]) -> tuple[Leaf, ...]:
    layers = tuple(each for each in said if not _LAYERS.isdisjoint(map(str, each.pointer)))
    return layers or tuple(each for each in said if each.pointer[0] == "components") or said


def _listed(keys: Iterable[str | int]) -> str:
    named = list(dict.fromkeys(map(str, keys)))
    return f"{', '.join(named[:_MOST])}{', ...' if len(named) > _MOST else ''}"


def _one(leaf: Leaf, named: str | None = None) -> str:
    name = dotted(leaf.pointer) if named is None else named
    was, is_ = _shown(leaf.pointer, leaf.old), _shown(leaf.pointer, leaf.new)
    if leaf.old is None:
        return f"{name} added{_aside(is_)}"
    if leaf.new is None:
        return f"{name} removed{_aside(was)}"
    if not was or not is_ or was == is_:
        return f"{name} changes"
    return f"{name} {traffic.images(was, is_)}" if leaf.pointer[-1] == "image" else f"{name} {was} -> {is_}"


def _aside(text: str) -> str:
    return "" if text in {"", "{}", "[]"} else f" {text}" if text[0] in "{[" else f" ({text})"


def _shown(pointer: Pointer, node: Node | None) -> str:
    """Return a value in one short line, "" for what may hold a secret or is too long."""
    return flow(pointer, plain(node)) if node is not None else ""


def _common(pointers: Sequence[Pointer]) -> Pointer:
    first, last = min(pointers, key=_spelled), max(pointers, key=_spelled)
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:same]


def _spelled(pointer: Pointer) -> list[str]:
    return [str(step) for step in pointer]

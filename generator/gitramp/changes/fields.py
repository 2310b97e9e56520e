"""The fields in which two bodies differ, one by one.

Owns the pairing: items of a list are paired by what people know them by, else those that are equal, in their order, so
that an item put in does not move all others. Must not know what any field means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, NamedTuple

from gitramp import body
from gitramp.pointer import Pointer


class Field(NamedTuple):
    """A field that differs: where it is in either body, None where it is not, and by which names it is reached."""

    before: Pointer | None
    after: Pointer | None
    path: tuple[str, ...]
    was: Any = None
    is_: Any = None


def differing(old: Any, new: Any) -> Iterator[Field]:
    """Yield what differs, as deep as both bodies have it."""
    yield from _walk(Field((), (), (), old, new))


def _walk(at: Field) -> Iterator[Field]:
    old, new = at.was, at.is_
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**new, **old}:
            yield from _pair(at, key, key if key in old else None, key if key in new else None)
    elif isinstance(old, list) and isinstance(new, list):
        if _is_reordered(old, new):
            yield at
        for mine, theirs in _paired(old, new):
            name = _name(new[theirs] if theirs is not None else old[mine or 0])
            position = theirs if theirs is not None else mine
            yield from _pair(at, name or str(position), mine, theirs)
    elif type(old) is not type(new) or old != new:
        yield at


def _pair(at: Field, name: str, mine: str | int | None, theirs: str | int | None) -> Iterator[Field]:
    assert at.before is not None
    assert at.after is not None
    before = (*at.before, mine) if mine is not None else None
    after = (*at.after, theirs) if theirs is not None else None
    was = at.was[mine] if mine is not None else None
    is_ = at.is_[theirs] if theirs is not None else None
    found = Field(before, after, (*at.path, name), was, is_)
    yield from _walk(found) if before is not None and after is not None else (found,)


def _paired(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[int | None, int | None]]:
    """Yield the positions of items that belong together, None for one that the other list does not have."""
    mine, theirs = (list(map(_name, each)) for each in (old, new))
    if all(len(set(names)) == len(names) and "" not in names for names in (mine, theirs)):
        at = {name: position for position, name in enumerate(mine)}
        yield from ((at.pop(name, None), position) for position, name in enumerate(theirs))
        yield from ((position, None) for position in at.values())
        return
    for same, a, b, c, d in SequenceMatcher(None, [*map(repr, old)], [*map(repr, new)], autojunk=False).get_opcodes():
        if same != "equal":
            yield from zip_longest(range(a, b), range(c, d))


def _is_reordered(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Whether items that both lists have a name for stand in another order: what pairs them by it does not see that."""
    mine, theirs = ([name for each in items if (name := _name(each))] for items in (old, new))
    common = set(mine) & set(theirs)
    return [name for name in mine if name in common] != [name for name in theirs if name in common]


def _name(item: Any) -> str:
    """Return what an item of a list is known by among its own, "" for nothing."""
    named = body.text(item, "name")
    where = body.text(item, "namespace")
    host, subset = (body.text(item, "destination", key) for key in ("host", "subset"))
    return "/".join(filter(None, (where, named))) if named else "/".join(filter(None, (host, subset)))

"""The fields in which two bodies differ, one by one.

Owns the pairing: items of a list that have names are paired by them, so that an item put in does not move all others.
Must not know what any field means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

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
        yield from _pairs(at, old, new, {key: key for key in old}, {key: key for key in new})
    elif isinstance(old, list) and isinstance(new, list):
        mine, theirs = _named(old), _named(new)
        if mine is None or theirs is None:
            mine, theirs = ({str(n): n for n in range(len(each))} for each in (old, new))
        yield from _pairs(at, old, new, mine, theirs)
    elif type(old) is not type(new) or old != new:
        yield at


def _pairs(at: Field, old: Any, new: Any, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Field]:
    assert at.before is not None
    assert at.after is not None
    for name in {**theirs, **mine}:
        path = (*at.path, name)
        before = (*at.before, mine[name]) if name in mine else None
        after = (*at.after, theirs[name]) if name in theirs else None
        was = old[mine[name]] if name in mine else None
        is_ = new[theirs[name]] if name in theirs else None
        found = Field(before, after, path, was, is_)
        yield from _walk(found) if before is not None and after is not None else (found,)


def _named(items: list[Any]) -> dict[str, int] | None:
    """Return the positions of items by their names, None where they have none of their own."""
    names = [item.get("name") if isinstance(item, dict) else None for item in items]
    known = {name: position for position, name in enumerate(names) if isinstance(name, str)}
    return known if len(known) == len(items) else None

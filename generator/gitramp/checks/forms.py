"""Forms that fields of many kinds have: a number within bounds, one word of a few, a count or a percentage.

Owns their wording; what is absent is fine, and what has another type is the schema's to tell. Must not know any kind.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from gitramp import body
from gitramp.pointer import Pointer
from gitramp.resource import Breach, Manifest
from gitramp.source import show

_PERCENT = re.compile("[0-9]+%")
_LONGEST = 6  # digits and the sign: more stand for no number of pods


class Fault(NamedTuple):
    """What is wrong, and the pointer to it from the top of the object."""

    message: str
    at: Pointer


def breaches(manifest: Manifest, faults: Iterable[Fault], remedy: str = "") -> Iterator[Breach]:
    """Yield the faults as breaches of an object."""
    return (Breach(message, at, manifest, remedy) for message, at in faults)


def whole(tree: Any, at: Pointer, least: int = 0, most: int | None = None) -> Iterator[Fault]:
    """Yield a number that is outside of its bounds."""
    said = body.number(tree, *at)
    if said is not None and said < least:
        yield Fault(f"{at[-1]} {said} is below {least}", at)
    elif said is not None and most is not None and said > most:
        yield Fault(f"{at[-1]} {said} is above {most}", at)


def word(tree: Any, at: Pointer, known: Collection[str]) -> Iterator[Fault]:
    """Yield a text that is none of the known words."""
    said = body.field(tree, *at)
    if isinstance(said, str) and said not in known:
        yield Fault(f"{at[-1]} {show(said)} is none of {', '.join(known)}", at)


def share(tree: Any, at: Pointer, *, whole_at_most: bool = True) -> Iterator[Fault]:
    """Yield what is neither a number from 0 on nor a percentage, of 100 at most unless said otherwise."""
    said = body.field(tree, *at)
    if isinstance(said, str) and not (_PERCENT.fullmatch(said) and len(said) <= _LONGEST):
        yield Fault(f"{at[-1]} {show(said)} is neither a number nor a percentage such as 25%", at)
    elif isinstance(said, str) and whole_at_most and int(said[:-1]) > 100:
        yield Fault(f"{at[-1]} {said} is above 100%", at)
    yield from whole(tree, at)


def share_is_zero(tree: Any, at: Pointer, default: str) -> bool:
    """Whether a number or percentage means none; `default` is what counts where nothing is said."""
    said = body.field(tree, *at)
    said = default if said is None else said
    if isinstance(said, str):
        return bool(_PERCENT.fullmatch(said)) and not said[:-1].strip("0")
    return body.number(said) == 0


def chosen(tree: Any, at: Pointer, ways: Iterable[str]) -> list[str]:
    """Return which of the fields that exclude each other are said."""
    return [way for way in ways if body.field(tree, *at, way) is not None]

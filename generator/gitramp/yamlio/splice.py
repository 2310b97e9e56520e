"""What each change of somebody's file keeps: bytes go in and out, and the result reads as it was meant or is refused.

Owns the comparison of what was meant with what is read afterwards. Must not know which characters have to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gitramp.problem import InputRejected
from gitramp.source import Scalar, plain
from gitramp.yamlio.read import read

Tree = Scalar | float | Mapping[str, Any] | list[Any]
"""A value as JSON would hold it."""

Change = tuple[int, int, str]
"""What goes: the characters from the first number up to the second; and what comes in their place."""

_BYTE_ORDER_MARK = "\ufeff"


class NotAlone(Exception):
    """The value cannot be changed without another one: an alias stands for both, or both share a line in an odd way."""


def text_of(content: bytes) -> str:
    """Return the characters of a file, those that spans count: without byte order mark."""
    return content.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)


def spliced(content: bytes, ways: Iterable[Sequence[Change]], wanted: Any, path: Sequence[str]) -> bytes:
    """Return the file after the first of several ways to change it that makes it read as `wanted`.

    The changes of one way are in the order of the file and do not overlap. Raises NotAlone when no way does.
    """
    text = text_of(content)
    mark = content[: len(content) - len(text.encode())]
    for changes in ways:
        parts, at = [], 0
        for start, end, new in changes:
            parts += [text[at:start], new]
            at = end
        after = mark + "".join((*parts, text[at:])).encode()
        if same(_reading(after), wanted):
            return after
    raise NotAlone(".".join(path))


def same(one: Any, other: Any) -> bool:
    """Whether two trees hold the same values of the same types; the order of keys is no matter, as in YAML."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and bool(one == other)


def _reading(content: bytes) -> Any:
    try:
        return plain(read("", content))
    except InputRejected:
        return NotAlone

"""Reading the body of an object that nobody has validated: what is absent or of an odd type reads as empty.

Owns the one way in which rules over objects look into them, so that no rule raises. Must not know any kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitramp.pointer import Pointer
from gitramp.source import show

_TEXT = frozenset({str})
_TEXT = frozenset({str})
_LARGEST = 10**100  # str() of an int raises above 4300 digits: https://docs.python.org/3/library/stdtypes.html


def field(body: Any, *path: str | int) -> Any:
    """Return the value at `path`, None where there is none."""
    for step in path:
        if isinstance(body, dict):  # asked 10^6 times a run: the usual case comes first
            body = body.get(step) if isinstance(step, str) else None
        elif isinstance(body, list) and isinstance(step, int) and 0 <= step < len(body):
            body = body[step]
        else:
            return None
    return body


def mapping(body: Any, *path: str | int) -> Mapping[str, Any]:
    """Return the mapping at `path` with its text keys, empty where there is none."""
    value = field(body, *path)
    if not isinstance(value, dict):
        return {}
    # Rules ask this a million times, and every key is a text nearly always: no copy is made then.
    return value if _TEXT.issuperset(map(type, value)) else {k: v for k, v in value.items() if isinstance(k, str)}


def items(body: Any, *path: str | int) -> Iterator[tuple[Pointer, Any]]:
    """Yield each item of the list at `path` with the pointer to it, nothing where there is none."""
    value = field(body, *path)
    if isinstance(value, list):
        yield from (((*path, position), item) for position, item in enumerate(value))


def text(body: Any, *path: str | int) -> str:
    """Return the text at `path`, "" where there is none."""
    value = field(body, *path)
    return value if isinstance(value, str) else ""


def number(body: Any, *path: str | int) -> int | None:
    """Return the whole number at `path`, None where there is none."""
    value = field(body, *path)
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
    return value if whole else None


def shown(value: Any) -> str:
    """Return a short form of any value for messages."""
    if value is None or isinstance(value, (str, bool, float)) or number(value) is not None:
        return show(value)
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "an odd value"

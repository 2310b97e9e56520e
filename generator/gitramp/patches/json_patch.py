"""JSON Patch over an object: https://www.rfc-editor.org/rfc/rfc6902.

Owns the six operations. Written here and not taken from a library, because each operation has to take the origins of
the fields along. Must not know which object it is.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from gitramp.patches import codes
from gitramp.patches.edited import Edited, Refused
from gitramp.pointer import Pointer
from gitramp.source import show

_KEYS: Mapping[str, frozenset[str]] = {
    "add": frozenset({"op", "path", "value"}),
    "remove": frozenset({"op", "path"}),
    "replace": frozenset({"op", "path", "value"}),
    "move": frozenset({"op", "path", "from"}),
    "copy": frozenset({"op", "path", "from"}),
    "test": frozenset({"op", "path", "value"}),
}
_POSITION = re.compile(r"0|[1-9][0-9]{0,8}")
_ESCAPE = re.compile(r"~(?![01])")


def apply(edited: Edited, operation: Mapping[str, Any], said: Pointer) -> None:
    """Apply one operation, which stands in the overlay at `said`; raises Refused when that cannot be done."""
    try:
        kind = _kind(operation)
        path = _steps(operation["path"])
        if kind == "test":
            _test(edited, path, operation["value"])
        elif kind == "remove":
            _cut(edited, path)
        elif kind == "replace":
            container, at = _existing(edited, path)
            edited.put(container, at, operation["value"], (*said, "value"))
        elif kind == "add":
            _add(edited, path, operation["value"], (*said, "value"))
        else:
            _transfer(edited, path, _steps(operation["from"]), kind, said)
    except _Impossible as impossible:
        raise Refused(codes.IMPOSSIBLE, str(impossible), said[-2:]) from None


class _Impossible(Exception):
    """An operation that does not fit the object."""


def _kind(operation: Mapping[str, Any]) -> str:
    kind = operation.get("op")
    if not isinstance(kind, str) or kind not in _KEYS:
        raise _Impossible(f"its op is not one of {', '.join(_KEYS)}")
    missing, surplus = sorted(_KEYS[kind] - set(operation)), sorted(set(operation) - _KEYS[kind])
    if missing:
        raise _Impossible(f"{kind} has no {missing[0]}")
    if surplus:
        raise _Impossible(f"{kind} takes no {show(surplus[0])}")
    return kind


def _steps(path: Any) -> list[str]:
    """Read a JSON Pointer: https://www.rfc-editor.org/rfc/rfc6901."""
    if not isinstance(path, str) or not path.startswith("/") or _ESCAPE.search(path):
        raise _Impossible(f"{show(path) if isinstance(path, str) else 'that'} is no path, such as /spec/replicas")
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def _walk(edited: Edited, path: list[str]) -> tuple[Any, Pointer]:
    """Return the container that holds the last step of a path, and the way to it."""
    value: Any = edited.body
    at: list[str | int] = []
    for step in path[:-1]:
        at.append(_step(value, step, path))
        value = value[at[-1]]
    if not isinstance(value, (dict, list)):
        raise _missing(path)
    return value, tuple(at)


def _step(value: Any, step: str, path: list[str]) -> str | int:
    if isinstance(value, list) and _POSITION.fullmatch(step) and int(step) < len(value):
        return int(step)
    if isinstance(value, dict) and step in value:
        return step
    raise _missing(path)


def _missing(path: list[str]) -> _Impossible:
    return _Impossible(f"there is no {show('/' + '/'.join(path))}")


def _existing(edited: Edited, path: list[str]) -> tuple[Any, Pointer]:
    """Return the container of a field that is there, and the way to the field."""
    container, at = _walk(edited, path)
    return container, (*at, _step(container, path[-1], path))


def _add(edited: Edited, path: list[str], value: Any, said: Pointer) -> Pointer:
    """Set a field or insert an item; return the way to it."""
    container, at = _walk(edited, path)
    last = path[-1]
    if isinstance(container, dict):
        edited.put(container, (*at, last), value, said)
        return (*at, last)
    if last != "-" and not (_POSITION.fullmatch(last) and int(last) <= len(container)):
        raise _missing(path)
    here = (*at, len(container) if last == "-" else int(last))
    edited.insert(container, here, value, said)
    return here


def _cut(edited: Edited, path: list[str]) -> Any:
    container, at = _existing(edited, path)
    return edited.cut(container, at)


def _transfer(edited: Edited, path: list[str], source: list[str], kind: str, said: Pointer) -> None:
    _, from_ = _existing(edited, source)
    inside = {at[len(from_) :]: origin for at, origin in edited.origins.items() if at[: len(from_)] == from_}
    if kind == "move":
        if path[: len(source)] == source and path != source:
            raise _Impossible("it moves a field into itself")
        value = _cut(edited, source)
    else:
        container, at = _existing(edited, source)
        value = copy.deepcopy(container[at[-1]])
    to = _add(edited, path, value, said)
    edited.origins |= {(*to, *rest): origin for rest, origin in inside.items() if rest}


def _test(edited: Edited, path: list[str], value: Any) -> None:
    container, at = _existing(edited, path)
    if not _same(container[at[-1]], value):
        raise _Impossible(f"{show('/' + '/'.join(path))} is not what it is tested for")


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON has it: true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)

"""What a line of an overlay reaches, as text and for programs.

Owns the wording and the shape. Must not know how it was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from gitramp.changes.flow import flow
from gitramp.pipeline.impact import Field, Impact, Reach
from gitramp.pointer import Pointer, show_pointer
from gitramp.report.source_lines import printable
from gitramp.report.text import counted
from gitramp.secrets import HIDDEN, discreet, is_literal, may_show_secret, names_secrets
from gitramp.source import show

_MOST = 8
"""Fields of a file that are listed; a line above many of them is about all."""


def impact_text(impact: Impact) -> str:
    """Write what a line reaches: environment by environment, file by file."""
    return printable("\n".join(_lines(impact)) + "\n")


def _lines(impact: Impact) -> Iterator[str]:
    of_secret = any(_is_secret(field) for reach in impact.reaches for field in reach.fields)
    hidden = of_secret or may_show_secret(impact.text, impact.text)
    yield f"{impact.path}:{impact.line}" + ("" if hidden or not impact.text else f"  {show(impact.text, 100)}")
    if not impact.reaches:
        yield "  no environment is made from this file"
    for reach in impact.reaches:
        yield from _of_environment(reach)


def _of_environment(reach: Reach) -> Iterator[str]:
    files = len({field.path for field in reach.fields})
    said = [f"{counted(len(reach.fields), 'field')} in {counted(files, 'file')}"] if reach.fields else []
    said += [f"{counted(len(reach.objects), 'object')} rendered for it"] if reach.objects else []
    yield f"{reach.environment}: {', '.join(said) or _nothing(reach)}"
    fields = {path: list(found) for path, found in groupby(reach.fields, key=lambda field: field.path)}
    owned = {path for path, _ in reach.objects}
    for path in sorted({*fields, *owned}):
        yield f"  {path}{'  rendered for it' if path in owned else ''}"
        listed = fields.get(path, [])
        yield from (f"    {show_pointer(field.pointer)} = {_value(field)}" for field in listed[:_MOST])
        if len(listed) > _MOST:
            yield f"    and {len(listed) - _MOST} more"
    for pointer, by, taken_away in reach.overridden:
        yield f"  {show_pointer(pointer)} is {'taken away' if taken_away else 'overridden'} at {by}"
    for pointer, mark in reach.removes:
        yield f"  it takes away {show_pointer(pointer)}, {f'said at {mark}' if mark else 'which nothing beneath says'}"


def _nothing(reach: Reach) -> str:
    if reach.overridden or reach.removes:
        return "nothing is rendered from it"
    if any(pointer[-1:] in {("extends",), ("include",)} for pointer in reach.values):
        return "it says what else the environment is made of"
    return "nothing is rendered from it" if reach.values else "the line says no value"


def _value(field: Field) -> str:
    if _is_secret(field):
        return HIDDEN
    if isinstance(field.value, dict):
        return "a mapping"
    if isinstance(field.value, list):
        return _listed(field.pointer, field.value)
    text = show(field.value if isinstance(field.value, (str, int, bool, type(None))) else str(field.value))
    return f"{text} ({field.how})" if field.how else text


def _listed(pointer: Pointer, values: list[Any]) -> str:
    """Write a list in full, or as much of it as one line holds; not pairs of name and value, which may be secrets."""
    if any(isinstance(value, (dict, list)) for value in values):
        return "a list"
    for shown in range(len(values), 0, -1):
        if text := flow(pointer, values[:shown]):
            rest = len(values) - shown
            return f"[{text[1:-1]}, and {rest} more]" if rest else text
    return "a list" if values else "[]"


def _is_secret(field: Field) -> bool:
    """Whether a name on the way says that a text is a secret: neither that name itself nor where one is kept."""
    if not isinstance(field.value, str) or field.value in field.made_from or not is_literal(field.value):
        return False
    return names_secrets(field.made_from) or names_secrets(field.pointer)


def impact_json(impact: Impact) -> dict[str, Any]:
    """Return what a line reaches for programs."""
    return {"path": impact.path, "line": impact.line, "environments": [_reach(each) for each in impact.reaches]}


def _reach(reach: Reach) -> dict[str, Any]:
    return {
        "name": reach.environment,
        "overlay": [show_pointer(pointer) for pointer in reach.values],
        "fields": [_field(field) for field in reach.fields],
        "objects": [{"path": path, "object": subject} for path, subject in reach.objects],
        "overridden": [
            {"overlay": show_pointer(pointer), "by": str(by), "takenAway": taken_away}
            for pointer, by, taken_away in reach.overridden
        ],
        "removes": [
            {"overlay": show_pointer(pointer), "said": str(mark) if mark else None} for pointer, mark in reach.removes
        ],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "path": field.path,
        "pointer": show_pointer(field.pointer),
        "object": field.subject,
        "value": HIDDEN if _is_secret(field) else discreet(field.value, tuple(map(str, field.pointer))),
        "overlay": show_pointer(field.made_from),
        "computed": field.how or None,
    }

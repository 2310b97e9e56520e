"""What a line of an overlay reaches, as text and for programs.

Owns the wording and the shape. Must not know how it was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from gitramp.pipeline.impact import Field, Impact, Reach
from gitramp.pointer import show_pointer
from gitramp.report.source_lines import printable
from gitramp.report.text import counted
from gitramp.secrets import may_show_secret
from gitramp.source import show

_MOST = 8
"""Fields of a file that are listed; a line above many of them is about all."""


def impact_text(impact: Impact) -> str:
    """Write what a line reaches: environment by environment, file by file."""
    return printable("\n".join(_lines(impact)) + "\n")


def _lines(impact: Impact) -> Iterator[str]:
    hidden = may_show_secret(impact.text, impact.text)
    yield f"{impact.path}:{impact.line}" + ("" if hidden else f"  {show(impact.text, 100)}")
    if not impact.reaches:
        yield "  no environment is made from this file"
    for reach in impact.reaches:
        yield from _of_environment(reach)


def _of_environment(reach: Reach) -> Iterator[str]:
    files = len({field.path for field in reach.fields})
    said = f"{counted(len(reach.fields), 'field')} in {counted(files, 'file')}" if reach.fields else _nothing(reach)
    yield f"{reach.environment}: {said}"
    for path, found in groupby(reach.fields, key=lambda field: field.path):
        fields = list(found)
        yield f"  {path}"
        yield from (f"    {show_pointer(field.pointer)} = {_value(field)}" for field in fields[:_MOST])
        if len(fields) > _MOST:
            yield f"    and {len(fields) - _MOST} more"
    yield from (f"  {show_pointer(pointer)} is overridden at {mark}" for pointer, mark in reach.overridden)


def _nothing(reach: Reach) -> str:
    if reach.overridden:
        return "nothing, it is overridden"
    return "no field is made from it alone" if reach.values else "the line says no value"


def _value(field: Field) -> str:
    if isinstance(field.value, (dict, list)):
        return "a mapping" if isinstance(field.value, dict) else "a list"
    text = show(field.value if isinstance(field.value, (str, int, bool, type(None))) else str(field.value))
    return f"{text} ({field.how})" if field.how else text


def impact_shape(impact: Impact) -> dict[str, Any]:
    """Return what a line reaches for programs."""
    return {
        "path": impact.path,
        "line": impact.line,
        "environments": [
            {
                "name": reach.environment,
                "overlay": [show_pointer(pointer) for pointer in reach.values],
                "fields": [
                    {
                        "path": field.path,
                        "pointer": show_pointer(field.pointer),
                        "object": field.subject,
                        "value": field.value,
                        "overlay": show_pointer(field.made_from),
                        "computed": field.how or None,
                    }
                    for field in reach.fields
                ],
                "overridden": [{"overlay": show_pointer(p), "by": str(mark)} for p, mark in reach.overridden],
            }
            for reach in impact.reaches
        ],
    }

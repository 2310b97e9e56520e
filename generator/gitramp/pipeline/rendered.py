"""Where a field of an object stands in the file that it is rendered to.

Owns the way from a pointer to a line. The object is written once more, up to the field and no further: its last line is
the place. That is asked for findings only, for it costs more than any rule. Must not know what the findings are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gitramp import tree
from gitramp.pointer import Pointer
from gitramp.problem import Mark, Related
from gitramp.resource import Manifest

_PLACEHOLDER = "null"


@dataclass(frozen=True, slots=True)
class RenderedPlaces:
    """The rendered files of one environment."""

    environment: str

    def of(self, manifest: Manifest, pointer: Pointer) -> Related:
        """Return where a field is rendered, or what is next around it; for a collection, the place of its key."""
        path = tree.file_of(self.environment, manifest)
        known, value = _nearest(manifest.body, pointer)
        if not known:
            return Related(Mark(path, 2), "rendered")  # the first line is gitramp's mark
        until = replace(manifest, body=_until(manifest.body, known))
        try:
            *before, last = tree.content_of(self.environment, until).decode().rstrip("\n").split("\n")
        except TypeError:  # what no file could hold: a faulty patch has put it there
            return Related(Mark(path), "rendered")
        has_key = isinstance(value, (dict, list)) and isinstance(known[-1], str)
        column = len(last) - len(last.lstrip(" -")) if has_key else len(last) - len(_PLACEHOLDER)
        return Related(Mark(path, len(before) + 1, column + 1), "rendered")


def _nearest(body: Any, pointer: Pointer) -> tuple[Pointer, Any]:
    """Return the longest part of a pointer that leads to something, and what it leads to."""
    for depth, step in enumerate(pointer):
        there = step in body if isinstance(body, dict) else isinstance(body, list) and step in range(len(body))
        if not there:
            return pointer[:depth], body
        body = body[step]
    return pointer, body


def _until(value: Any, pointer: Pointer) -> Any:
    """Return what is written before the field at a pointer, and a placeholder for the field itself."""
    if not pointer:
        return None
    step = pointer[0]
    if isinstance(step, int):
        return [*value[:step], _until(value[step], pointer[1:])]
    before = {}
    for key, child in value.items():
        if key == step:
            break
        before[key] = child
    return {**before, step: _until(value[step], pointer[1:])}

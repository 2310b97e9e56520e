"""An object while it is being patched: its body, and where each field came from.

Owns that origins move with the fields they belong to. Must not know the two kinds of patch.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, Origin


class Refused(Exception):
    """A patch cannot be applied: the code, and the steps from the patch to what is at fault."""

    def __init__(self, code: Code, message: str, step: Pointer) -> None:
        super().__init__(message)
        self.code = code
        self.step = step


@dataclass(slots=True)
class Edited:
    """A copy of an object that may be changed; `how` is what `explain` says of a changed field."""

    body: dict[str, Any]
    origins: dict[Pointer, Origin]
    how: str

    @classmethod
    def of(cls, manifest: Manifest, how: str) -> Edited:
        """Copy an object."""
        return cls(copy.deepcopy(dict(manifest.body)), dict(manifest.origins), how)

    def put(self, container: Any, at: Pointer, value: Any, said: Pointer) -> None:
        """Set or replace the field `at`, in the mapping or list that holds it."""
        container[at[-1]] = copy.deepcopy(value)
        self._forget(at)
        self.origins[at] = Origin((said,), self.how)

    def insert(self, items: list[Any], at: Pointer, value: Any, said: Pointer) -> None:
        """Insert an item into a list at its position `at`."""
        position = at[-1]
        assert isinstance(position, int)
        items.insert(position, copy.deepcopy(value))
        self._shift(at[:-1], position, 1)
        self.origins[at] = Origin((said,), self.how)

    def cut(self, container: Any, at: Pointer) -> Any:
        """Remove the field or item `at`, and return it."""
        position = at[-1]
        removed = container.pop(position)
        self._forget(at)
        if isinstance(position, int):
            self._shift(at[:-1], position + 1, -1)
        return removed

    def _forget(self, at: Pointer) -> None:
        self.origins = {p: origin for p, origin in self.origins.items() if p[: len(at)] != at}

    def _shift(self, items: Pointer, first: int, by: int) -> None:
        """Move the origins of the items from `first` on."""
        depth = len(items)
        moved: dict[Pointer, Origin] = {}
        for pointer, origin in self.origins.items():
            step = pointer[depth] if len(pointer) > depth and pointer[:depth] == items else None
            if isinstance(step, int) and step >= first:
                moved[(*items, step + by, *pointer[depth + 1 :])] = origin
            else:
                moved[pointer] = origin
        self.origins = moved

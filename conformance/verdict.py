"""What one of the real ones said of one object.

Owns the noun, and how an object is named for people. Must not know who is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """One object; the text is there when its spelling is asked, too."""

    body: Body
    text: str = ""


class Cause(NamedTuple):
    """One field for which an object was refused, and whether it was refused because it is not there."""

    field: str
    required: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of one object, or of a pod of it."""

    subject: str
    refusal: str  # empty when it is accepted
    warnings: tuple[str, ...] = ()
    known: bool = True  # whether the kind is one that can be judged
    causes: tuple[Cause, ...] = ()  # fields that the refusal names

    @property
    def refused(self) -> bool:
        """Whether the object is not taken."""
        return bool(self.refusal)


def named(body: Body) -> str:
    """Name an object for people."""
    metadata = body.get("metadata") or {}
    name = metadata.get("name") or metadata.get("generateName")
    return f"{body['kind']} {metadata['namespace']}/{name}" if metadata.get("namespace") else f"{body['kind']} {name}"

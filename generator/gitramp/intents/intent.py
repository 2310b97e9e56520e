"""What an intent is: a verb, where it is aimed at, and what it decides to change there.

Owns the nouns. Must not know any verb.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from gitramp.model import Service

Tree = str | int | float | bool | None | Mapping[str, Any] | list[Any]
"""A value as JSON would hold it."""


class Unset(Enum):
    """The value of a key that shall not be there."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True, order=True)
class Aim:
    """A service of an environment; `overlay` is the overlay that takes the edit, "" for the environment's own."""

    service: str
    environment: str
    overlay: str = ""

    def __str__(self) -> str:
        return f"{self.service}@{self.environment}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key beneath a service, and the value that it shall have."""

    keys: tuple[str, ...]
    value: Tree | Unset


@dataclass(frozen=True, slots=True)
class Edits:
    """What shall be said, in this order; `words` tell it in short, as `10->25`.

    No settings at all are an edit, too, where the commit alone says it: one that lifts a hold that no key holds.
    """

    settings: tuple[Setting, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing to do, and why; `waiting` when there will be, later."""

    reason: str
    waiting: bool = False


Decision = Edits | Idle


@dataclass(frozen=True, slots=True)
class Now:
    """A service as the overlays have it and as the newest commit has it, None where that has none.

    `holds` is why Git's history holds the ramp, "" when it does not.
    """

    service: Service
    committed: Service | None = None
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be so for an intent to be applied; None where anything may be."""

    weight: int | None = None
    image: str | None = None


ANYTHING: Final = Expected()


@dataclass(frozen=True, slots=True)
class Intent:
    """A verb with the services that it is aimed at.

    `watched` are keys beneath a service: when one of them has changed since the intent was first decided, somebody was
    quicker, and the intent has lost its ground. `track` is the one whose image is meant, "" for the canary's.
    """

    name: str
    aims: tuple[Aim, ...]
    decide: Callable[[Now], Decision]
    watched: tuple[tuple[str, ...], ...]
    expected: Expected = ANYTHING
    track: str = ""


def expected_fault(intent: Intent, service: Service) -> str:
    """Say what is not as the intent expects it; "" when all is."""
    canary, wanted = service.canary, intent.expected
    weight = canary.weight if canary else 0
    if wanted.weight is not None and weight != wanted.weight:
        return f"the canary of {service.name} has {weight} %, not {wanted.weight} %"
    name = intent.track or (canary.track if canary else service.stable)
    track = service.tracks.get(name)
    image = track.image.text if track else "none"
    if wanted.image is not None and image != wanted.image:
        return f"{name} of {service.name} has image {image}, not {wanted.image}"
    return ""

"""A question to the routes: the requests, who must answer them, and where it is told when somebody else does.

Owns the form that written and default tests have in common. Must not know who answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from gitramp import router
from gitramp.pointer import Pointer


@dataclass(frozen=True, slots=True)
class Bound:
    """What a track of a service gets at least and at most, in percent; any track or any service when it is ""."""

    service: str
    track: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Probe:
    """Requests that must have one answer: all bounds hold, or the proxy itself answers with `status`."""

    name: str
    pointer: Pointer
    requests: tuple[router.Request, ...]
    bounds: tuple[Bound, ...] = ()
    status: int | None = None

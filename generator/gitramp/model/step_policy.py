"""What an environment demands of every step between two revisions: the part of `policy` that needs a past.

Owns the vocabulary; `Policy` takes it over. Must not know revisions or clocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gitramp.model.key import Placed, key

_TIME = {
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$",
    "x_hint": "write a time with its zone, such as 2026-12-23T18:00:00Z or 2026-12-23T18:00:00+01:00",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Placed):
    """A time in which nothing may change for traffic or pods, but for the way back."""

    start: str = key("When it begins.", name="from", example="2026-12-23T18:00:00Z", **_TIME)
    end: str = key("When it is over.", name="to", example="2027-01-04T06:00:00Z", **_TIME)
    reason: str = key("Why.", example="nobody is there to roll back", minLength=1)

    @property
    def bounds(self) -> tuple[int, int] | None:
        """Begin and end in Unix seconds; None when there is no such day or hour."""
        begin, end = _seconds(self.start), _seconds(self.end)
        return None if begin is None or end is None else (begin, end)


def _seconds(text: str) -> int | None:
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPolicy(Placed):
    """What every step must keep to."""

    max_weight_step: int = key(
        "The most percent by which a canary's weight may grow in one step.",
        example=25,
        default=100,
        minimum=1,
        maximum=100,
        x_tighter="smaller",
    )
    max_environments_at_once: int | None = key(
        "The most environments whose objects may change in one step. New environments do not count.",
        example=1,
        default=None,
        minimum=1,
        x_tighter="smaller",
    )
    freeze: tuple[Freeze, ...] = key(
        "Times in which nothing may change for traffic or pods; a canary may always be aborted.",
        example=[{"from": "2026-12-23T18:00:00Z", "to": "2027-01-04T06:00:00Z", "reason": "nobody is there"}],
        default=(),
        x_tighter="longer",
    )

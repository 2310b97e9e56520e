"""Which day it is: the one thing that the line asks a clock, for allowances that run out.

Owns the calendar that is meant. Must not know what the day is for.
"""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """Return the day in UTC, so that two machines with the same files do not disagree."""
    return datetime.now(tz=UTC).date()

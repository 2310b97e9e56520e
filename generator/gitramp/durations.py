"""Durations as Go writes them, such as 1h30m, 1.5s and 100ms.

Owns the notation: https://pkg.go.dev/time#ParseDuration. Must not know what lasts so long.
"""

from __future__ import annotations

import re
from fractions import Fraction

_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_PART = r"(?P<number>[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?P<unit>ns|us|µs|μs|ms|s|m|h)"
_EACH = re.compile(_PART)
_WHOLE = re.compile(rf"(?P<sign>[-+]?)(?:0|(?:{re.sub('[?]P<[a-z]+>', '?:', _PART)})+)")
_MOST = 2**63 - 1
MILLISECOND = _UNITS["ms"]
SECOND = _UNITS["s"]


def nanoseconds(text: str) -> int | None:
    """Return how long a duration is, None for what is none."""
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        return None
    total = sum(int(Fraction(part["number"].rstrip(".")) * _UNITS[part["unit"]]) for part in _EACH.finditer(text))
    return None if total > _MOST else -total if whole["sign"] == "-" else total


def in_seconds(text: str) -> str:
    """Return a duration as Protocol Buffers write it, in seconds alone; none is "0s"."""
    seconds, rest = divmod(nanoseconds(text) or 0, SECOND)
    return f"{seconds}.{rest:09}".rstrip("0").rstrip(".") + "s" if rest else f"{seconds}s"

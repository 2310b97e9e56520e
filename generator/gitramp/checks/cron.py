"""The schedule of a CronJob, as its controller reads it: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/.

Owns the five fields and the words for what is wrong with one. Must not know jobs. The controller's parser is
https://pkg.go.dev/github.com/robfig/cron/v3: Sunday is 0 alone, and a step of 0 is refused.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAMED = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_EVERY = re.compile(r"@every ([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+")
_PART = re.compile(r"(?P<from>[0-9A-Za-z]+|[*?])(-(?P<to>[0-9A-Za-z]+))?(/(?P<step>[0-9]+))?")
_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_MAX_DIGITS = 9


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    _Field("day of the week", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)


def fault(schedule: str) -> str:
    """Say what is wrong with a schedule, "" when nothing is."""
    if "TZ=" in schedule:
        return "names a time zone; `timeZone` does that"
    if schedule.startswith("@"):
        return "" if schedule in _NAMED or _EVERY.fullmatch(schedule) else "is no schedule that has a name"
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        return f"has {len(fields)} fields, not 5"
    problems = (_fault(text, field) for text, field in zip(fields, _FIELDS, strict=True))
    return next((problem for problem in problems if problem), "") or _never(fields)


def _fault(text: str, field: _Field) -> str:
    for part in text.split(","):
        if isinstance(problem := _values(part, field), str):
            return f"has {part!a} as {field.name}: {problem}"
    return ""


def _values(part: str, field: _Field) -> range | str:
    """Return the values that one part of a field stands for, or what is wrong with it."""
    found = _PART.fullmatch(part)
    if not found or max(map(len, found.groups(""))) > _MAX_DIGITS:
        return "not a number, a range or a step"
    step = int(found["step"] or 1)
    if found["from"] in {"*", "?"}:
        first, last = field.low, field.high
        if found["to"]:
            return "no range starts there"
    else:
        numbers = [_number(found["from"], field), _number(found["to"] or found["from"], field)]
        if None in numbers:
            return f"it runs from {field.low} to {field.high}"
        first, last = (number for number in numbers if number is not None)
        last = field.high if found["step"] and not found["to"] else last
    if first > last:
        return "the range ends before it starts"
    return range(first, last + 1, step) if step else "a step of 0 leads nowhere"


def _number(text: str, field: _Field) -> int | None:
    if text.lower() in field.names:
        return field.names.index(text.lower()) + field.low
    return int(text) if text.isdecimal() and field.low <= int(text) <= field.high else None


def _never(fields: list[str]) -> str:
    """Say that a schedule names a day which none of its months has; with a day of the week, either is enough."""
    if fields[4] not in {"*", "?"}:
        return ""
    days, months = (_all(fields[position], _FIELDS[position]) for position in (2, 3))
    possible = any(day <= _LONGEST_MONTHS.get(month, 31) for day in days for month in months)
    return "" if possible else "names a day that its months do not have: it never runs"


def _all(text: str, field: _Field) -> list[int]:
    found = (_values(part, field) for part in text.split(","))
    return [value for values in found if isinstance(values, range) for value in values]

"""Findings that somebody allows at their line, with a reason: `# gitramp: allow GR412 until 2027-01-31 because ...`.

Owns the form of such a comment, and what is wrong with one. What is allowed is counted, never lost. Pure: which day it
is, which files count and which codes there are is told by the pipeline. Must not know how findings are found.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from gitramp import yamlio
from gitramp.problem import Allowed, Catalogue, Code, Finding, Mark, Severity
from gitramp.source import show

_SOURCE = "https://github.com/gitramp/gitramp/blob/main/docs/policy.md"
_FORM = "write `# gitramp: allow GR412 until 2027-01-31 because ...`; `until` and its date may be left out"
MALFORMED = Code(
    "GR130",
    "a comment for gitramp that it cannot read",
    "It was meant to allow something and allows nothing.",
    _FORM,
    source=_SOURCE,
)
NO_REASON = Code(
    "GR131",
    "an allowance without a reason",
    "Whoever meets it later cannot know whether it still holds, so it stays forever.",
    "add `because` and a sentence: who needs it, and what has to happen before it can go",
    source=_SOURCE,
)
UNKNOWN = Code(
    "GR132",
    "an allowance of a code that there is not",
    "The finding that was meant is not allowed.",
    "name a code as findings show it, such as GR412",
    source=_SOURCE,
)
NOT_ALLOWED = Code(
    "GR133",
    "an allowance of what cannot be allowed",
    "An environment that cannot be read, expanded or validated is not rendered; and a policy that a comment in what it "
    "binds could switch off would bind nobody.",
    "mend what is found; what a policy demands, its own layer can make `overridable`",
    source=_SOURCE,
)
EXPIRED = Code(
    "GR134",
    "an allowance that has run out",
    "It was given for a time, and what it allowed is told again.",
    "mend what it allowed and remove the comment, or give it a new date with a reason that still holds",
    severity=Severity.WARNING,
    source=_SOURCE,
)
UNUSED = Code(
    "GR135",
    "an allowance of what is not there",
    "The next finding of this code on this line would be allowed by a reason that was never meant for it.",
    "remove it, or move it to the line that the finding names",
    severity=Severity.WARNING,
    source=_SOURCE,
)

_MARK = b"gitramp"
_OURS = re.compile(r"#*\s*gitramp\s*:\s*(?P<said>.*)", re.IGNORECASE)
_SAID = re.compile(
    r"allow\s+(?P<codes>[^\s,]+(\s*,\s*[^\s,]+)*)(\s+until\s+(?P<until>[^\s]+))?(\s+because\b\s*(?P<reason>.*))?"
)
_REASON = 10  # characters: a word is no reason


@dataclass(frozen=True, slots=True)
class Allowance:
    """One code that a comment at `mark` allows on one line, `line`, of its file."""

    code: str
    mark: Mark
    line: int | None
    until: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """The allowances of a file, and what is wrong with the comments that are none."""

    allowances: tuple[Allowance, ...] = ()
    findings: tuple[Finding, ...] = ()


def read(path: str, content: bytes) -> Read:
    """Read the allowances in the comments of a YAML file that was read before."""
    return _read(path, content) if _MARK in content.lower() else Read()


@functools.lru_cache(maxsize=256)  # a Layer is a part of many environments
def _read(path: str, content: bytes) -> Read:
    allowances: list[Allowance] = []
    findings: list[Finding] = []
    for comment in yamlio.comments(path, content):
        ours = _OURS.fullmatch(comment.text)
        found = _said(comment, ours["said"]) if ours else ()
        if isinstance(found, Finding):
            findings.append(found)
        else:
            allowances.extend(found)
    return Read(tuple(allowances), tuple(findings))


def _said(comment: yamlio.Comment, said: str) -> tuple[Allowance, ...] | Finding:
    form = _SAID.fullmatch(said.strip())
    if form is None:
        return Finding(MALFORMED, f"{show(said)} is no allowance", comment.mark)
    until = form["until"]
    day = _day(until) if until else None
    if until and day is None:
        message = f"until {show(until)} is no date"
        return Finding(MALFORMED, message, comment.mark, "write the last day it holds as year-month-day: 2027-01-31")
    reason = (form["reason"] or "").strip()
    if len(reason) < _REASON:
        message = (
            f"the reason `{show(reason)}` is too short ({_REASON} characters at least)"
            if reason
            else "no reason is said"
        )
        return Finding(NO_REASON, message, comment.mark)
    codes = dict.fromkeys(re.split(r"\s*,\s*", form["codes"]))
    return tuple(Allowance(code, comment.mark, comment.about, day, reason) for code in codes)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def faults(allowances: Iterable[Allowance], catalogue: Catalogue, today: date | None) -> Iterator[Finding]:
    """Yield what is wrong with allowances that are well-formed; none of these allows anything."""
    for each in allowances:
        if each.code not in catalogue.codes:
            message = f"there is no code {show(each.code)}"
            yield Finding(UNKNOWN, message, each.mark, catalogue.nearest(each.code))
        elif each.code in catalogue.unallowed:
            yield Finding(NOT_ALLOWED, f"{each.code} cannot be allowed", each.mark)
        elif not _holds(each, today):
            yield Finding(EXPIRED, f"the allowance of {each.code} ran out on {each.until}", each.mark)


def in_force(allowances: Iterable[Allowance], catalogue: Catalogue, today: date | None) -> tuple[Allowance, ...]:
    """Return the allowances with which nothing is wrong."""
    sound = catalogue.codes.keys() - catalogue.unallowed
    return tuple(each for each in allowances if each.code in sound and _holds(each, today))


def _holds(allowance: Allowance, today: date | None) -> bool:
    return allowance.until is None or today is None or today <= allowance.until


def settle(findings: Iterable[Finding], allowances: Iterable[Allowance]) -> Iterator[Finding | Allowed]:
    """Yield each finding, as an Allowed where an allowance is for its code on its very line."""
    given = {(each.code, each.mark.path, each.line): each for each in allowances}
    for finding in findings:
        at = finding.mark
        found = given.get((finding.code.number, at.path, at.line)) if at else None
        yield finding if found is None else Allowed(finding, found.mark, found.reason, found.until)


def unused(allowances: Iterable[Allowance], allowed: Iterable[Allowed]) -> Iterator[Finding]:
    """Yield each allowance that was not needed."""
    needed = {(each.mark, each.finding.code.number) for each in allowed}
    for each in allowances:
        if (each.mark, each.code) not in needed:
            where = "at the end of the file" if each.line is None else f"on line {each.line}"
            yield Finding(UNUSED, f"{each.code} is allowed {where}, where nothing of it is found", each.mark)

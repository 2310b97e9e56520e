"""What the commands do that only look: what a code, a field, a line, a request, a ramp or a change comes to.

Owns the way from result to exit code. Imported only when such a command runs, as `commands` is for the others. Must not
know option names.
"""

from __future__ import annotations

import re

from gitramp import pipeline, report
from gitramp.cli.console import FINDINGS, Console
from gitramp.pipeline import Query
from gitramp.pipeline.diff import diff as compared
from gitramp.pipeline.impact import impact as reached
from gitramp.problem import InputRejected, UsageError
from gitramp.ramps.history import history as past
from gitramp.ramps.status import status as standing
from gitramp.report.diff import diff_text
from gitramp.report.diff_html import diff_html, refused_html
from gitramp.report.diff_markdown import diff_markdown, refused_markdown
from gitramp.report.impacts import impact_text
from gitramp.report.ramp_history import history_text
from gitramp.report.standings import status_text
from gitramp.secrets import without_secrets

__all__ = ["Query", "codes", "diff", "explain", "history", "impact", "pairs", "route", "status"]

_PAGES = {"markdown": diff_markdown, "html": diff_html}
"""Formats of `diff` that hold its findings themselves."""
_REFUSED = {"markdown": refused_markdown, "html": refused_html}


def explain(console: Console, target: str) -> int:
    """Explain a code or a rendered field."""
    if re.fullmatch(r"[A-Za-z]{2}\d+", target):
        entry = pipeline.entry(target.upper())
        return console.finish(0, report.entry_text(entry), explained=entry)
    explained = pipeline.explain_field(console.workspace(), target)
    return console.finish(0, report.explained_text(explained), explained=explained)


def impact(console: Console, target: str) -> int:
    """Say what a line of an overlay reaches."""
    found = reached(console.workspace(), target)
    return console.finish(0, impact_text(found), impact=found)


def codes(console: Console, family: str, severity: str) -> int:
    """List codes."""
    known = pipeline.entries(family, severity)
    return console.finish(0, report.entries_text(known), codes=known)


def route(console: Console, environment: str, query: Query) -> int:
    """Say who answers a request."""
    routed = pipeline.route(console.workspace(), environment, query)
    return console.finish(0, report.routed_text(routed), routed=routed)


def pairs(texts: list[str] | None, what: str) -> tuple[tuple[str, str], ...]:
    """Read `name=value` options; raises UsageError for one without an equals sign."""
    for text in texts or ():
        if "=" not in text or text.startswith("="):
            raise UsageError(f"{what} {text} is not of the form name=value")
    return tuple((name, value) for name, _, value in (text.partition("=") for text in texts or ()))


def status(
    console: Console, services: list[str] | None, environments: list[str] | None, at: str | None, *, ramps: bool
) -> int:
    """Say how services stand; an environment that cannot be read fails the run, and the others are told."""
    found = standing(console.workspace(), environments or (), services or (), ramps=ramps, revision=at)
    return console.finish(console.verdict(found.report), status_text(found), found.report, status=found)


def history(console: Console, service: str, environment: str, at: str | None, limit: int) -> int:
    """Read a ramp out of Git."""
    found = past(console.workspace(), service, environment, revision=at, limit=limit)
    return console.finish(0, history_text(found), history=found)


def diff(console: Console, names: list[str] | None, against: str | None, *, fail_if_different: bool) -> int:
    """Say what a change does; a comment in a pull request must say so, too, when nothing can be compared."""
    try:
        found = compared(console.workspace(), names or (), against, console.progress())
    except InputRejected as rejected:
        if console.output not in _REFUSED:
            raise
        told = report.Told("diff", rejected.exit_code, rejected.report.said(without_secrets))
        return console.finish(rejected.exit_code, _REFUSED[console.output](told))
    exit_code = console.verdict(found.report) or (FINDINGS if fail_if_different and found.may_differ else 0)
    if console.output in _PAGES:
        return console.finish(exit_code, _PAGES[console.output](found))
    return console.finish(exit_code, diff_text(found, console.style), found.report, diff=found)

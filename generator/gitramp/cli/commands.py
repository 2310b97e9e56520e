"""What the commands of the line do: one pipeline function, its result in words, an exit code.

Owns the way from result to exit code. Imported only when a command runs, so that `--help` pays for none of it. Must not
know option names.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gitramp import overlays, pipeline, repo, report, starter, tree
from gitramp.cli.console import FINDINGS, Console
from gitramp.pipeline import From
from gitramp.pipeline.init import init as begun
from gitramp.problem import Report, UsageError
from gitramp.report.started import started_text
from gitramp.source import show

__all__ = [
    "Console",
    "From",
    "commit",
    "init",
    "parity",
    "people",
    "plan",
    "preview",
    "render",
    "validate_tree",
]


def render(console: Console, names: list[str] | None, origin: From, *, fail_if_changed: bool, fresh: bool) -> int:
    """Write what the overlays render to."""
    outcome = pipeline.render(console.workspace(), names or (), console.progress(), origin, fresh=fresh)
    text = report.outcome_text(outcome, "Wrote", outcome.report)
    failed = fail_if_changed and bool(outcome.diff)
    notice = "rendered/ was out of date and has been rendered anew; add the files: git add rendered\n" if failed else ""
    return console.finish(FINDINGS if failed else 0, text, outcome.report, notice=notice, outcome=outcome)


def preview(console: Console, names: list[str] | None, origin: From, *, check: bool, diff: bool, fresh: bool) -> int:
    """Say what a render would write, and fail on drift when asked to check."""
    outcome = pipeline.validate(console.workspace(), names or (), console.progress(), origin, fresh=fresh)
    drift = outcome.drift if check else Report()
    findings = outcome.report.plus(drift)
    exit_code = console.verdict(findings)
    if diff and console.output == "text":
        return console.diff(exit_code, tree.unified(outcome.diff), findings)
    return console.finish(exit_code, report.outcome_text(outcome, "Would write", findings), findings, outcome=outcome)


def validate_tree(console: Console, shown: str, kubernetes: str, istio: str, namespace: str) -> int:
    """Judge manifests that anybody wrote."""
    stream = sys.stdin.buffer.read() if shown == pipeline.STREAM else b""
    given = pipeline.Given(shown, pipeline.platform(kubernetes, istio), namespace, stream)
    judged = pipeline.validate_tree(console.workspace_or_folder(), given, console.progress())
    exit_code = console.verdict(judged.report)
    return console.finish(exit_code, report.judged_text(judged), judged.report, judged=judged)


def commit(console: Console, names: list[str], origin: From) -> int:
    """Commit what the overlays render to."""
    people(origin.approved)
    published = pipeline.publish(console.workspace(), names, console.progress(), origin)
    text = "Nothing to commit: HEAD holds these overlays and what they render to.\n"
    if published.commit is not None:
        text = (
            f"Committed {published.commit[:12]}: {report.counted(len(published.paths), 'file')}\n\n{published.message}"
        )
        text += "".join(
            f"\nallowed: {each.finding.code} because {each.reason}" for each in published.outcome.report.allowed
        )
    return console.finish(0, text, published.outcome.report, outcome=published.outcome, published=published)


def people(said: Sequence[str]) -> tuple[str, ...]:
    """Return the names of people, each on one line; raises UsageError for another."""
    for person in said:
        if not person.strip() or not person.isprintable():  # a line end would begin a trailer of its own
            raise UsageError(f"{person!a} is not the name of a person on one line")
    return tuple(said)


def init(console: Console, folder: Path, name: str, ci: str) -> int:
    """Make a new repository's files."""
    if not starter.is_name(name):
        raise UsageError(f"{show(name)} is not the name of a service: up to 50 lower-case letters, digits and dashes")
    folder = (console.directory or Path()) / folder
    started = begun(folder, starter.Wish(name, ci))
    text = started_text(started, in_git=repo.is_in_repository(folder.absolute()))
    return console.finish(0, text, started.report, started=started)


def parity(console: Console, one: str, other: str) -> int:
    """Say in what two environments differ."""
    compared = pipeline.compare(console.workspace(), one, other)
    return console.finish(0, report.compared_text(compared), parity=compared)


def plan(console: Console, names: list[str] | None, against: str | None, write: Path | None) -> int:
    """Say in how many commits a change is safe, and what each of them edits."""
    planned = pipeline.plan(console.workspace(), names or (), against)
    several = len(planned.commits) > 1
    if write and several:
        overlays.write_apart(write, planned.files())
    text = report.plan_text(planned, str(write) if write and several else "")
    failed = len(planned.commits) != 1 or planned.refused
    return console.finish(FINDINGS if failed else 0, text, planned.holes, plan=planned)

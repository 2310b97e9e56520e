"""What became of an intent, as text and for programs: the edit, what it does to traffic, who has to wait.

Owns its wording. Must not know how an intent is carried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import tree
from gitramp.report.health import verdict_json
from gitramp.report.source_lines import printable
from gitramp.verbs.act import Acted
from gitramp.verbs.ground import Tried
from gitramp.verbs.land import Landed


def acted_text(acted: Acted) -> str:
    """Write an edit as a diff, or a commit with its message; then what was left as it is, and why."""
    parts = list(_edit(acted.tried, dry_run=acted.dry_run))
    if acted.published is not None and acted.published.commit:
        parts = [f"Committed {acted.published.commit[:12]}\n\n{acted.published.message}"]
    elif not acted.dry_run and acted.tried.amendment.paths:
        parts.append("Now run the same with --commit, or gitramp render to look at it first\n")
    return printable("".join([*parts, *idle_lines(acted.tried)]))


def landed_text(landed: Landed, *, asked: bool = False, stays: bool = True) -> str:
    """Write the commit that was pushed, with its message; in a dry run what it would change.

    Where the text of a pull request is asked for, that says what the message does. `stays` says whether to tell that
    the work tree is as it was.
    """
    parts = list(_edit(landed.tried, dry_run=True)) if landed.dry_run else []
    if landed.commit:
        tries = f", after {landed.attempts} attempts" if landed.attempts > 1 else ""
        where = f"{landed.target.remote}/{landed.branch}"
        told = "" if asked else f"\n{landed.message}"
        parts.append(f"Pushed {landed.commit[:12]} to {where}{tries}\n{told}")
        parts.append("\nYour work tree is as it was: git pull brings the commit.\n" if stays else "\n")
    if landed.untriggered:
        parts.append(f"\n{landed.untriggered}\n")
    return printable("".join([*parts, *idle_lines(landed.tried)]))


def done_text(done: Acted | Landed, *, asked: bool = False, stays: bool = True) -> str:
    """Write what became of an intent, wherever it was carried out; with a pull request where one is asked for."""
    if isinstance(done, Acted):
        return acted_text(done)
    return landed_text(done, asked=asked, stays=stays) + (request_text(done) if asked else "")


def request_text(landed: Landed) -> str:
    """Write the pull request of a branch that was pushed: its text, and the ways to open it."""
    asked = landed.request
    if asked is None:
        return ""
    ways = [f"{asked.command}\n" if asked.command else "", f"or open {asked.link}\n" if asked.link else ""]
    if not any(ways):
        ways = [f"open it where {landed.target.remote} is, from {landed.branch} into {landed.target.branch}\n"]
    return printable(f"\nTitle: {asked.title}\n\nBody:\n\n{asked.body}\n\n{''.join(ways)}")


def _edit(tried: Tried, *, dry_run: bool) -> Iterator[str]:
    if tried.overlays:
        yield tree.unified(tried.overlays)
    if dry_run:
        yield from dry_run_parts(tried)


def dry_run_parts(tried: Tried) -> Iterator[str]:
    """Yield the rendered diff and the sentences about traffic."""
    if tried.rendered:
        yield tree.unified(tried.rendered)
    for environment, sentence in tried.trial.sentences:
        yield f"{environment}: {sentence}\n"
    yield "Nothing was written.\n"


def idle_lines(tried: Tried) -> Iterator[str]:
    """Yield why nothing is done where nothing is."""
    idle = tried.amendment.idle
    if not idle and not tried.amendment.actions:
        yield "Nothing to do: no canary goes on.\n"
    yield from (f"{aim}: {each.reason}\n" for aim, each in idle)


def tried_json(tried: Tried) -> dict[str, Any]:
    """Return the edit for programs."""
    return {
        "actions": list(tried.amendment.actions),
        "idle": [
            {"service": aim.service, "environment": aim.environment, "reason": each.reason, "waiting": each.waiting}
            for aim, each in tried.amendment.idle
        ],
        "paths": list(tried.amendment.paths),
        "traffic": [{"environment": name, "sentence": sentence} for name, sentence in tried.trial.sentences],
        "health": [verdict_json(verdict) for _, verdict in tried.verdicts],
    }

"""What `gitramp init` made, and what its user does next.

Owns those words. Must not know how the files came to be.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator
from typing import Any

from gitramp.pipeline.init import Started
from gitramp.report.source_lines import printable
from gitramp.report.text import counted
from gitramp.workspace import RENDERED

_PIPELINES = (".github/", ".gitlab")
_PAGE = "https://github.com/gitramp/gitramp/blob/main/docs/ci.md"


def started_text(started: Started, *, in_git: bool) -> str:
    """Write which files are new, and the next commands; a repository is the user's to make."""
    return printable("\n".join(_lines(started, in_git=in_git)) + "\n")


def _lines(started: Started, *, in_git: bool) -> Iterator[str]:
    where = str(started.root)
    if not started.written:
        yield f"Nothing to do: {where} has all files of a new repository."
        return
    yield f"Wrote {counted(len(started.written), 'file')} to {where}:"
    yield from (f"  {line}" for line in _listed(started))
    if any(path.startswith(f"{RENDERED}/") for path in started.written):
        outcome = started.outcome
        yield f"{counted(outcome.files, 'object')} valid, says {outcome.verified_by}"
    yield "\nNow run:"
    yield from (f"  {command}" for command in _next(where, in_git=in_git))
    if any(path.startswith(_PIPELINES) for path in started.written):
        yield f"Which tokens the pipelines need, and why: {_PAGE}"
    yield "Places to edit before anything is deployed are marked EDIT: grep -rn EDIT . --exclude-dir=.git"


def _listed(started: Started) -> Iterator[str]:
    """Name the files; what is rendered only counts."""
    rendered = Counter(path.split("/")[1] for path in started.written if path.startswith(f"{RENDERED}/"))
    yield from sorted(path for path in started.written if not path.startswith(f"{RENDERED}/"))
    yield from (f"{RENDERED}/{name}/ ({counted(number, 'file')})" for name, number in sorted(rendered.items()))


def _next(where: str, *, in_git: bool) -> Iterator[str]:
    if where != ".":
        yield f"cd {shlex.quote(where)}"
    if not in_git:
        yield "git init --initial-branch main"
    yield 'git add . && git commit -m "Environments"'
    yield "pre-commit install        # each commit is rendered and checked"


def started_json(started: Started) -> dict[str, Any]:
    """Shape the result for programs."""
    return {"folder": str(started.root), "written": list(started.written)}

"""The answer to `gitramp plan`: the commits of a change, each with what it edits.

Owns its wording and its JSON. Must not know how the commits were found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import tree
from gitramp.pipeline import Commit, Plan
from gitramp.report.source_lines import printable
from gitramp.report.text import counted
from gitramp.report.told import one_line
from gitramp.secrets import HIDDEN, may_show_secret

_SAFE = "One commit is safe: whatever the order in which its objects are applied, no request fails in between.\n"
_NO_WAY = "No split into commits was found that is safe; the remedies above say what to do by hand.\n"
_MORE = "Let each commit settle in the cluster before the next one.\n"


def plan_text(plan: Plan, written: str) -> str:
    """Write the commits as diffs of the overlays, each from the one before; `written` is where they were put."""
    if not plan.commits:
        return _NO_WAY
    if len(plan.commits) == 1:
        return printable("".join([*_extending(plan), _SAFE, *_refused(plan.commits[0])]))
    said = [*_extending(plan), f"{counted(len(plan.commits), 'commit')}, each of which is safe in any order:\n"]
    for number, (commit, changes) in enumerate(_steps(plan), start=1):
        said.extend((f"\n{number}. {commit.title}\n", *_refused(commit), _diff(changes)))
    copied = f"cp -R {written}/1/. . && gitramp commit" if written else "gitramp plan --write DIR"
    what = "makes the first one" if written else "writes the overlays of each"
    return printable("".join(said)) + f"\n{_MORE}`{copied}` {what}.\n"


def _extending(plan: Plan) -> Iterator[str]:
    if plan.extending:
        yield f"{', '.join(plan.extending)} too: what extends an environment changes with it.\n"


def _refused(commit: Commit) -> Iterator[str]:
    """Yield why `gitramp commit` will not make a commit, safe as it is."""
    for finding in commit.refused:
        place = f"{finding.mark}: " if finding.mark else ""
        yield f"   refused by {finding.code}: {place}{one_line(finding.message)}\n       {one_line(finding.advice)}\n"


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return the commits as JSON holds them."""
    return {
        "environments": list(plan.environments),
        "safe": len(plan.commits) == 1,
        "commits": [
            {
                "title": commit.title,
                "paths": [change.path for change in changes],
                "refused": [
                    {"code": each.code.number, "message": each.message, "remedy": each.advice}
                    for each in commit.refused
                ],
                "diff": _diff(changes),
            }
            for commit, changes in _steps(plan)
        ],
    }


def _diff(changes: tuple[tree.Change, ...]) -> str:
    """Write a diff to look at; a line that may show a secret stays unseen, and `--write` has it as it is."""
    lines = tree.unified(tree.TreeDiff(changes)).splitlines(keepends=True)
    around = [*lines[1:], ""]
    return "".join(
        f"{line[:1]}{HIDDEN}\n" if may_show_secret(line, following) else line
        for line, following in zip(lines, around, strict=True)
    )


def _steps(plan: Plan) -> Iterator[tuple[Commit, tuple[tree.Change, ...]]]:
    before = plan.base.files
    for commit in plan.commits:
        after = commit.taken.files
        paths = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
        yield commit, tuple(tree.Change(path, before.get(path), after.get(path)) for path in paths)
        before = after

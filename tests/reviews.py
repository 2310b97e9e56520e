"""What `gitramp diff` says of edits of a workspace here, in a repository of its own.

Owns how a workspace comes to a branch, how it is edited, and which part of the answer tests compare.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from branches import NOON, Branch
from gitramp.pipeline.diff import diff
from gitramp.report.diff import diff_text
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]


def taken_from(branch: Branch, folder: Path) -> Branch:
    """Commit the overlays of a workspace of this repository, without what extends production."""
    beyond = shutil.ignore_patterns("production-*")
    shutil.copytree(folder / "environments", branch.folder / "environments", ignore=beyond)
    branch.commit("start", NOON)
    return branch


def edit(branch: Branch, before: str, after: str, name: str = "production") -> None:
    path = branch.folder / "environments" / f"{name}.yaml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after, 1))


def told(branch: Branch, *names: str, against: str | None = None) -> str:
    """Return what is said of the environments, without the last line, which names commits."""
    found = diff(Workspace(branch.folder), names, against)
    text, _, _ = diff_text(found).rpartition("\n\n")
    return text

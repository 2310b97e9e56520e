"""Whether a commit can be made at all; better asked before the work than after.

Owns the states of a repository in which a commit would fail or land in the wrong place. Must not write.
"""

from __future__ import annotations

import os
from pathlib import Path

from gitramp.problem import RepoError
from gitramp.repo import codes
from gitramp.repo.repository import Repository, call

# In this order: a rebase keeps CHERRY_PICK_HEAD as well, and `git am` has its folder in common with one of rebase.
_OPERATIONS = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply/applying": "am",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "sequencer": "cherry-pick",  # or a revert, between two of several commits; either takes `cherry-pick --abort`
}


def refuse_unready(repository: Repository) -> None:
    """Raise RepoError when a commit would fail or land in the wrong place."""
    folder = Path(call(repository, "rev-parse", "--absolute-git-dir"))
    _refuse_in_progress(repository, folder)
    try:
        call(repository, "symbolic-ref", "--quiet", "HEAD")
    except RepoError:
        raise RepoError(codes.DETACHED, "HEAD is detached: no branch would point to the commit") from None
    lock = folder / "index.lock"
    if lock.exists():
        shown = os.path.relpath(lock, repository.top)
        raise RepoError(
            codes.LOCKED, f"{shown} exists", f"wait for the other git to end; if there is none, delete {shown}"
        )
    try:
        call(repository, "var", "GIT_AUTHOR_IDENT")
        call(repository, "var", "GIT_COMMITTER_IDENT")
    except RepoError as error:
        raise RepoError(codes.NO_IDENTITY, "git does not know who commits", details=error.details) from None


def _refuse_in_progress(repository: Repository, folder: Path) -> None:
    for name, operation in _OPERATIONS.items():
        if (folder / name).exists():
            loses = ", which also drops edits that are not committed" if operation == "rebase" else ""
            remedy = f"finish it, or give it up: `git {operation} --abort`{loses}"
            raise RepoError(codes.IN_PROGRESS, f"a {operation} is in progress", remedy)
    unmerged = str(call(repository, "ls-files", "--unmerged", "-z"))
    if unmerged:
        path = unmerged.partition("\0")[0].partition("\t")[2]
        remedy = "settle the conflict, then `git add` the file"
        raise RepoError(codes.IN_PROGRESS, f"{path} has conflicts, as after `git stash pop`", remedy)

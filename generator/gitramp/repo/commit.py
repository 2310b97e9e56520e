"""One commit of named paths, with everything else left as it is.

Owns the refusals and the commit itself. `git commit --only` is the means: it takes the paths from the work tree, leaves
what is staged elsewhere staged, and runs the user's hooks and signing
(https://git-scm.com/docs/git-commit#Documentation/git-commit.txt---only). Must not know what the paths hold.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gitramp.problem import RepoError
from gitramp.repo import codes
from gitramp.repo.repository import Repository, call, has_commits, pathspec_file, statuses

_OPERATIONS = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}


def refuse_unready(repository: Repository) -> None:
    """Raise RepoError when a commit would fail or land in the wrong place; better before the work than after."""
    for name, operation in _OPERATIONS.items():
        if _git_path(repository, name).exists():
            remedy = f"finish it, or give it up: `git {operation} --abort`"
            raise RepoError(codes.IN_PROGRESS, f"a {operation} is in progress", remedy)
    try:
        call(repository, "symbolic-ref", "--quiet", "HEAD")
    except RepoError:
        raise RepoError(codes.DETACHED, "HEAD is detached: no branch would point to the commit") from None
    lock = _git_path(repository, "index.lock")
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


def _git_path(repository: Repository, name: str) -> Path:
    return repository.top / str(call(repository, "rev-parse", "--git-path", name))


def planned_tree(repository: Repository, paths: Sequence[str]) -> str:
    """Return the id of the tree that a commit of these paths will have; the user's index is not touched."""
    with tempfile.TemporaryDirectory(prefix="gitramp-") as folder:
        own_index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        if has_commits(repository):
            call(repository, "read-tree", "HEAD", env=own_index)
        with pathspec_file(repository.inside(path) for path in paths) as specs:
            named = [f"--pathspec-from-file={specs.name}", "--pathspec-file-nul"]
            call(repository, "add", "--all", *named, env=own_index)
        return str(call(repository, "write-tree", env=own_index))


def subtree_id(repository: Repository, tree: str, folder: str) -> str:
    """Return the id of a folder of the workspace within a tree."""
    return str(call(repository, "rev-parse", f"{tree}:{repository.inside(folder)}"))


def with_trailer(message: str, key: str, value: str) -> str:
    """Put a trailer at the end of a message, in a paragraph of its own; no line of the message can pass for one."""
    body = "\n".join(line for line in message.rstrip().split("\n") if not line.startswith(f"{key}:"))
    return f"{body}\n\n{key}: {value}\n"


def commit(repository: Repository, paths: Sequence[str], message: str, tree: str) -> str | None:
    """Commit exactly these paths as they are on the disk; `tree` is what `planned_tree` said of them.

    Returns the new commit's id, None when HEAD holds that tree already. Raises RepoError, after which the index is
    what it was.
    """
    if has_commits(repository) and call(repository, "rev-parse", "HEAD^{tree}") == tree:
        return None
    before = [s for s in statuses(repository, _folders(paths)) if s.path in set(paths)]
    _refuse_partly_staged([s.path for s in before if s.index not in " ?" and s.work_tree != " "])
    new = [s.path for s in before if s.index == "?"]
    with (
        pathspec_file(repository.inside(path) for path in paths) as named,
        pathspec_file(repository.inside(path) for path in new) as unknown,
        pathspec_file([]) as text,
    ):
        text.write(message.encode())
        text.flush()
        _make_known(repository, new, unknown.name)
        try:
            arguments = [f"--file={text.name}", f"--pathspec-from-file={named.name}", "--pathspec-file-nul"]
            call(repository, "commit", "--only", "--quiet", *arguments)
        except RepoError:
            _make_unknown(repository, new)
            raise
    return _committed(repository, tree)


def _folders(paths: Sequence[str]) -> list[str]:
    """Return the top folders of paths: a thousand files are too many arguments, and git walks folders faster."""
    return sorted({path.split("/")[0] for path in paths})


def _refuse_partly_staged(paths: Sequence[str]) -> None:
    if paths:
        message = f"{paths[0]} is staged in another version than is on the disk"
        raise RepoError(codes.PARTLY_STAGED, message)


def _make_known(repository: Repository, new: Sequence[str], specs: str) -> None:
    """`commit --only` passes over files that the index does not know; their content is not staged by this."""
    if new:
        call(repository, "add", "--intent-to-add", f"--pathspec-from-file={specs}", "--pathspec-file-nul")


def _make_unknown(repository: Repository, new: Sequence[str]) -> None:
    if new:
        with pathspec_file(repository.inside(path) for path in new) as specs:
            call(repository, "update-index", "--force-remove", "-z", "--stdin", istream=specs)


def _committed(repository: Repository, tree: str) -> str:
    made = str(call(repository, "rev-parse", "HEAD"))
    if call(repository, "rev-parse", "HEAD^{tree}") != tree:
        message = f"commit {made[:12]} was made, but a hook changed the files in it"
        raise RepoError(codes.HOOK_EDITED, message)
    return made

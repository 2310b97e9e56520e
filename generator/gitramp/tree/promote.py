"""How a tree gets to the disk whole: staged beside it, then promoted through a journal.

Owns `.gitramp/`. Whatever is staged is nothing; once the journal is there, the tree is the new one, and the next run
moves what the last could not. So a run killed at any point leaves, after the next, wholly the old or wholly the new
tree. Process death is the case; after a power cut `gitramp render` compares every byte and repairs. Must not know
objects.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gitramp.problem import Code, Finding, ToolError
from gitramp.tree import codes, rooted
from gitramp.tree.compare import TreeDiff
from gitramp.workspace import RENDERED, Workspace

_STATE = ".gitramp"
_STAGE = f"{_STATE}/stage"
_JOURNAL = f"{_STATE}/journal.json"
_PATIENCE_SECONDS = 30.0


@contextmanager
def locked(workspace: Workspace) -> Iterator[int]:
    """Be the only run that writes in this workspace; finish what a killed run began.

    Yields how many files that took. Raises ToolError when another run holds the lock for too long or the folder
    cannot be written.
    """
    with told(workspace):
        rooted.write(workspace.root, {f"{_STATE}/.gitignore": b"*\n"})
        with rooted.folder(workspace.root, [_STATE]) as state:
            lock = os.open("lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=state)
    try:
        _wait_for(lock)
        yield _complete(workspace)
    finally:
        os.close(lock)  # the kernel drops the lock with the descriptor, also when we are killed


@contextmanager
def told(workspace: Workspace, code: Code = codes.CANNOT_WRITE) -> Iterator[None]:
    """Turn whatever the disk refuses into a ToolError: of writing, or of reading when that is all that is tried."""
    try:
        yield
    except OSError as error:
        verb = "write" if code is codes.CANNOT_WRITE else "read"
        raise ToolError(code, f"cannot {verb} {_refused(workspace, error)}") from error


def _refused(workspace: Workspace, error: OSError) -> str:
    where = error.filename if isinstance(error.filename, str) else workspace.root.name
    return f"{where.removeprefix(f'{workspace.root}/')}: {error.strerror}"


def _wait_for(lock: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                message = f"another gitramp has been writing here for {_PATIENCE_SECONDS:.0f} seconds"
                raise ToolError(codes.BUSY, message) from None
            time.sleep(0.05)
        else:
            return


@contextmanager
def staging(workspace: Workspace, *, promoting: bool) -> Iterator[Path]:
    """Yield an empty folder that stands for the workspace's root: one that can be promoted, or a passing one."""
    if not promoting:
        with tempfile.TemporaryDirectory(prefix="gitramp-") as folder:
            yield Path(folder)
        return
    with told(workspace):
        _clear(workspace.root)
        rooted.make_folders(workspace.root, [f"{_STAGE}/"])
    try:
        yield workspace.root / _STAGE
    finally:
        if not (workspace.root / _JOURNAL).exists():  # with a journal, what is staged is still to be moved
            _clear(workspace.root)


def stage(workspace: Workspace, folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a staging folder."""
    with told(workspace):
        rooted.write(folder, files)


def promote(workspace: Workspace, diff: TreeDiff) -> None:
    """Move the staged files of a diff into place and prune what it deletes; all of it or, in the end, all of it."""
    written = [change.path for change in diff.changes if change.after is not None]
    deleted = [change.path for change in diff.changes if change.after is None]
    with told(workspace):
        # What needs rights or space fails before the point of no return.
        rooted.refuse_unwritable(workspace.root, [*written, *deleted])
        rooted.make_folders(workspace.root, written)
        journal = json.dumps({"write": written, "delete": deleted}).encode()
        rooted.write(workspace.root, {f"{_JOURNAL}.new": journal})
        rooted.rename(workspace.root, f"{_JOURNAL}.new", _JOURNAL)
    _complete(workspace)


def _complete(workspace: Workspace) -> int:
    """Do what the journal says, if there is one; says so when the disk refuses in the middle of it."""
    try:
        return _recover(workspace.root)
    except OSError as error:
        message = f"cannot write {_refused(workspace, error)}; {RENDERED}/ is part old, part new"
        remedy = (
            "mend what the disk refuses, then run `gitramp render`: it completes the promotion before anything else"
        )
        raise ToolError(codes.CANNOT_WRITE, message, remedy) from error


def completed(files: int) -> Iterator[Finding]:
    """Yield the remark that an earlier run's promotion was completed, when that took any file."""
    if files:
        said = (
            f"{files} {'file' if files == 1 else 'files'} of an earlier run, which was cut short, went into {RENDERED}/"
        )
        yield Finding(codes.COMPLETED, said)


def _recover(root: Path) -> int:
    """Do what the journal says, if there is one; without one nothing that is staged counts. Returns what it took."""
    journal = rooted.read(root, _JOURNAL)
    files = 0
    if journal is not None:
        written, deleted = _steps(journal)
        files = rooted.move(root, _STAGE, written) + sum([rooted.remove(root, path) for path in deleted])
        rooted.remove(root, _JOURNAL)
    _clear(root)
    return files


def _steps(journal: bytes) -> tuple[list[str], list[str]]:
    """Read a journal; one in pieces, or with a step outside `rendered/`, is not ours and says nothing."""
    try:
        steps = json.loads(journal)
        written, deleted = list(steps["write"]), list(steps["delete"])
    except (ValueError, KeyError, TypeError):
        return [], []
    return (written, deleted) if all(_is_inside(path) for path in (*written, *deleted)) else ([], [])


def _is_inside(path: object) -> bool:
    return isinstance(path, str) and path.startswith(f"{RENDERED}/") and not {"", ".", ".."} & set(path.split("/"))


def _clear(root: Path) -> None:
    shutil.rmtree(root / _STAGE, ignore_errors=True)

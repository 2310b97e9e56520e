"""An opened repository: how git is called, what HEAD holds, what differs from it.

Owns the environment git runs in and the reading side. Must not write anything but objects and temporary files.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from gitramp.problem import RepoError
from gitramp.repo import codes, refusals
from gitramp.source import Snapshot

_MAX_BLOB_BYTES = 8 * 1024 * 1024
# What `git ls-files -v` says of files whose changes git does not look for.
_PASSED_OVER = {"h": "assume-unchanged", "S": "skip-worktree", "s": "skip-worktree"}

# git sets these for its hooks (`git rev-parse --local-env-vars`): run from a hook of one repository, gitramp must not
# take them for another's.
_LOCAL_VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
# Hooks inherit these: nothing here may change what a hook's own calls mean. So paths are made literal one by one (see
# `pathspec`), and the locale is one that knows UTF-8, where GitPython would say C.
QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "GIT_PAGER": "cat", "LC_ALL": "C.UTF-8"} | {
    f"GIT_{way}_PATHSPECS": "0" for way in ("LITERAL", "GLOB", "NOGLOB", "ICASE")
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A work tree; `workspace` is the folder in it that gitramp works in, `prefix` its path from the top."""

    top: Path
    workspace: Path
    prefix: str
    git: Any
    """GitPython's `Git` in the top folder: its attributes are git's commands."""

    def inside(self, path: str) -> str:
        """Turn a path from the workspace's root into one from the top of the work tree."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def outside(self, path: str) -> str:
        """Turn a path from the top of the work tree into one from the workspace's root."""
        return path.removeprefix(f"{self.prefix}/") if self.prefix else path


def open_repository(workspace: Path) -> Repository:
    """Open the repository around a workspace; raises RepoError when there is none that can be worked in."""
    for name in _LOCAL_VARIABLES:
        os.environ.pop(name, None)
    try:
        import git  # noqa: PLC0415  115 ms that only a commit need pay
    except ImportError:
        raise RepoError(codes.NO_GIT, "git cannot be started") from None
    folder = workspace.resolve()
    found = Repository(folder, workspace, "", git.Git(folder))  # a Path: GitPython takes a text for a template
    top = Path(call(found, "rev-parse", "--show-toplevel")).resolve()
    if not folder.is_relative_to(top):
        raise RepoError(codes.NO_REPOSITORY, f"{folder.name} is not in the work tree of its repository, {top}")
    prefix = PurePosixPath(folder.relative_to(top)).as_posix()
    return Repository(top, workspace, "" if prefix == "." else prefix, git.Git(top))


def call(repository: Repository, command: str, *arguments: str, **options: Any) -> Any:
    """Run one git command; `env`, `istream` and `stdout_as_string` as GitPython takes them. Raises RepoError."""
    import git  # noqa: PLC0415  see open_repository

    environment = {**QUIET, **options.pop("env", {})}
    try:
        return getattr(repository.git, command.replace("-", "_"))(*arguments, env=environment, **options)
    except (git.GitCommandNotFound, OSError):
        raise RepoError(codes.NO_GIT, "git cannot be started") from None
    except git.GitCommandError as error:
        raise refusals.classified(command, error) from None


def executable() -> str:
    """Return the git that `call` runs."""
    import git  # noqa: PLC0415  see open_repository

    return str(git.Git.GIT_PYTHON_GIT_EXECUTABLE)


def scratch_file(content: bytes) -> Any:
    """Return an open temporary file for git to read: an argument list has a limit, a file has none."""
    try:
        file = tempfile.NamedTemporaryFile(prefix="gitramp-")  # noqa: SIM115  the caller closes it
        file.write(content)
        file.flush()
        file.seek(0)
    except OSError as error:
        raise RepoError(codes.DISK, f"cannot write a temporary file: {error.strerror}") from error
    return file


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a temporary folder."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="gitramp-")
    except OSError as error:
        raise RepoError(codes.DISK, f"cannot make a temporary folder: {error.strerror}") from error
    with folder as name:
        yield Path(name)


def listed(paths: Iterable[str]) -> bytes:
    """Write paths as git reads them with `-z`."""
    return b"".join(os.fsencode(path) + b"\0" for path in paths)


def pathspec(repository: Repository, path: str) -> str:
    """Return what makes git take exactly this path of the workspace, whatever characters are in it."""
    return f":(top,literal){repository.inside(path)}"


def head_tree(repository: Repository) -> str | None:
    """Return the id of HEAD's tree; None while there is no commit."""
    try:
        return str(call(repository, "rev-parse", "--verify", "--quiet", "HEAD^{tree}"))
    except RepoError:
        return None


def head_snapshot(repository: Repository, folder: str) -> Snapshot | None:
    """Return the files below a folder of the workspace as HEAD holds them; None while there is no commit."""
    head = head_tree(repository)
    return None if head is None else snapshot(repository, head, folder)


def snapshot(repository: Repository, tree: str, folder: str) -> Snapshot:
    """Return the files below a folder of the workspace as a tree or commit holds them, by its id."""
    entries = call(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", tree, "--", pathspec(repository, folder))
    blobs = dict(_blobs(repository, str(entries)))
    content = contents(repository, blobs.values())
    return Snapshot({path: content[blob] for path, blob in blobs.items()})


def contents(repository: Repository, blobs: Iterable[str]) -> Mapping[str, bytes]:
    """Return the contents of blobs by their ids, in one call."""
    wanted = tuple(dict.fromkeys(blobs))
    if not wanted:
        return {}
    with scratch_file("".join(f"{blob}\n" for blob in wanted).encode()) as ids:
        options = {"istream": ids, "stdout_as_string": False, "strip_newline_in_stdout": False}
        return dict(zip(wanted, _batch(call(repository, "cat-file", "--batch", **options)), strict=True))


def _blobs(repository: Repository, entries: str) -> Iterator[tuple[str, str]]:
    """Yield path and id of the plain files of `ls-tree -z -l`; links and submodules are no overlays."""
    for entry in entries.split("\0"):
        about, _, path = entry.partition("\t")
        if about.startswith("100"):
            _, _, blob, size = about.split()
            if not size.isdigit() or int(size) <= _MAX_BLOB_BYTES:  # `BAD`: lost, as `_batch` will tell
                yield repository.outside(path), blob


def _batch(output: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        name, *about = output[position:end].split()
        if len(about) != 2:  # `<id> missing`
            raise RepoError(codes.FAILED, f"the repository has lost object {name.decode()}")
        size = int(about[1])
        yield output[end + 1 : end + 1 + size]
        position = end + 1 + size + 1


@dataclass(frozen=True, slots=True)
class PathStatus:
    """One path of `git status`: how the index differs from HEAD, and the work tree from the index."""

    path: str
    index: str
    work_tree: str


def statuses(repository: Repository, paths: Sequence[str]) -> tuple[PathStatus, ...]:
    """Return what `git status` says of paths or folders of the workspace, untracked files one by one."""
    arguments = [pathspec(repository, path) for path in paths]
    said = call(repository, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", *arguments)
    entries = [entry for entry in str(said).split("\0") if entry]
    return tuple(PathStatus(repository.outside(entry[3:]), entry[0], entry[1]) for entry in entries)


def changed_paths(repository: Repository, folders: Sequence[str]) -> tuple[str, ...]:
    """Return the paths below folders of the workspace that differ from HEAD, new and deleted ones included."""
    return tuple(sorted({status.path for status in statuses(repository, folders)}))


def refuse_ignored(repository: Repository, wanted: Collection[str], folders: Sequence[str]) -> None:
    """Raise RepoError when one of the wanted files below folders of the workspace would be missing in a commit."""
    arguments = ["--exclude-standard", "-z", "--full-name", "--", *(pathspec(repository, folder) for folder in folders)]
    seen = _paths(repository, "-v", "--cached", "--others", *arguments)
    marks = {repository.outside(entry[2:]): entry[0] for entry in seen}
    unseen = sorted(set(wanted) - marks.keys())
    ignored = {repository.outside(path) for path in _paths(repository, "--others", "--ignored", *arguments)}
    for path in unseen:
        if path in ignored:
            raise RepoError(codes.IGNORED, f"{path} is ignored by Git")
        raise RepoError(codes.UNSEEN, f"{path} belongs to another repository, inside this one")
    for path in sorted(wanted):
        if marks[path] in _PASSED_OVER:
            remedy = f"run `git update-index --no-{_PASSED_OVER[marks[path]]} {path}`"
            raise RepoError(codes.UNSEEN, f"{path} is marked {_PASSED_OVER[marks[path]]}", remedy)


def refuse_absent(repository: Repository, folder: str, wanted: Callable[[str], bool]) -> None:
    """Raise RepoError when a wanted file below a folder is committed and, by a sparse checkout, not on the disk.

    Git counts such a file as unchanged, so nothing else would tell that it is not there.
    """
    entries = _paths(repository, "-v", "--cached", "-z", "--full-name", "--", pathspec(repository, folder))
    for entry in entries:
        path = repository.outside(entry[2:])
        if entry[0] in _PASSED_OVER and wanted(path) and not (repository.workspace / path).exists():
            remedy = "run `git sparse-checkout disable`, or let the checkout have all of environments/"
            raise RepoError(codes.UNSEEN, f"{path} is not checked out", remedy)


def _paths(repository: Repository, *arguments: str) -> list[str]:
    return str(call(repository, "ls-files", *arguments)).split("\0")[:-1]

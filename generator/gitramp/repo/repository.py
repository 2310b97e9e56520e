"""An opened repository: how git is called, what HEAD holds, what differs from it.

Owns the environment git runs in and the reading side. Must not write anything but objects and temporary files.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from gitramp.problem import RepoError
from gitramp.repo import codes
from gitramp.source import Snapshot

_MAX_BLOB_BYTES = 8 * 1024 * 1024

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
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "GIT_PAGER": "cat", "GIT_LITERAL_PATHSPECS": "1"}
_CREDENTIALS = re.compile(r"//[^/@\s]+@")
_WRITE_ERRORS = re.compile(
    r"permission denied|read-only file system|no space left|insufficient permission|unable to (create|write)|"
    r"not a directory|disk quota",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Repository:
    """A work tree; `workspace` is the folder in it that gitramp works in, `prefix` its path from the top."""

    top: Path
    workspace: Path
    prefix: str
    git: Any
    """GitPython's `repo.git`: its attributes are git's commands."""

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
    try:
        found = git.Repo(workspace, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        raise RepoError(codes.NO_REPOSITORY, f"{workspace.name} is in no Git repository") from None
    if found.working_tree_dir is None:
        raise RepoError(codes.NO_REPOSITORY, "the repository is bare: it has no work tree")
    top = Path(found.working_tree_dir).resolve()
    prefix = PurePosixPath(workspace.resolve().relative_to(top)).as_posix()
    repository = Repository(top, workspace, "" if prefix == "." else prefix, found.git)
    call(repository, "rev-parse", "--git-dir")  # git itself may refuse where GitPython does not
    return repository


def call(repository: Repository, command: str, *arguments: str, **options: Any) -> Any:
    """Run one git command; `env`, `istream` and `stdout_as_string` as GitPython takes them. Raises RepoError."""
    import git  # noqa: PLC0415  see open_repository

    environment = {**_QUIET, **options.pop("env", {})}
    try:
        return getattr(repository.git, command.replace("-", "_"))(*arguments, env=environment, **options)
    except git.GitCommandNotFound:
        raise RepoError(codes.NO_GIT, "git cannot be started") from None
    except git.GitCommandError as error:
        raise _classified(command, error) from None


def _classified(command: str, error: Any) -> RepoError:
    said = _CREDENTIALS.sub("//***@", f"{_text(error.stderr)}\n{_text(error.stdout)}".strip())
    status = error.status if isinstance(error.status, int) else 1
    if "dubious ownership" in said:
        return RepoError(codes.OWNERSHIP, "git refuses a repository of another owner", details=said)
    if "index.lock" in said and "File exists" in said:
        return RepoError(codes.LOCKED, "another git holds index.lock", details=said)
    if "gpg failed" in said or "failed to sign" in said or "signing failed" in said.lower():
        return RepoError(codes.SIGNING, "git could not sign the commit", details=said)
    if command == "commit" and status == 1:  # git's own failures end with 128
        return RepoError(codes.HOOK_REFUSED, "a hook refused the commit", details=said)
    if _WRITE_ERRORS.search(said):
        return RepoError(codes.DISK, f"`git {command}` cannot write", details=said)
    return RepoError(codes.FAILED, f"`git {command}` ended with status {status}", details=said)


def _text(stream: object) -> str:
    """Take off what GitPython wraps around the words of git: `stderr: '...'`."""
    text = str(stream or "").strip()
    return re.sub(r"^(stderr|stdout): '(.*)'$", r"\2", text, flags=re.DOTALL)


def pathspec_file(paths: Iterable[str]) -> Any:
    """Return an open temporary file with NUL-separated paths: an argument list has a limit, a file has none."""
    file = tempfile.NamedTemporaryFile(prefix="gitramp-")  # noqa: SIM115  the caller closes it
    file.write(b"".join(os.fsencode(path) + b"\0" for path in paths))
    file.flush()
    file.seek(0)
    return file


def has_commits(repository: Repository) -> bool:
    """Whether HEAD points to a commit yet."""
    try:
        call(repository, "rev-parse", "--verify", "--quiet", "HEAD")
    except RepoError:
        return False
    return True


def head_snapshot(repository: Repository, folder: str) -> Snapshot | None:
    """Return the files below a folder of the workspace as HEAD holds them; None while there is no commit."""
    if not has_commits(repository):
        return None
    listed = call(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", "HEAD", "--", repository.inside(folder))
    blobs = dict(_blobs(repository, str(listed)))
    if not blobs:
        return Snapshot({})
    with tempfile.TemporaryFile() as ids:
        ids.write("".join(f"{blob}\n" for blob in blobs.values()).encode())
        ids.seek(0)
        options = {"istream": ids, "stdout_as_string": False, "strip_newline_in_stdout": False}
        contents = _batch(call(repository, "cat-file", "--batch", **options))
    return Snapshot(dict(zip(blobs, contents, strict=True)))


def _blobs(repository: Repository, listed: str) -> Iterator[tuple[str, str]]:
    """Yield path and id of the plain files of `ls-tree -z -l`; links and submodules are no overlays."""
    for entry in listed.split("\0"):
        about, _, path = entry.partition("\t")
        if about.startswith("100"):
            _, _, blob, size = about.split()
            if int(size) <= _MAX_BLOB_BYTES:
                yield repository.outside(path), blob


def _batch(output: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        size = int(output[position:end].split()[2])
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
    arguments = [repository.inside(path) for path in paths]
    said = call(repository, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", *arguments)
    entries = [entry for entry in str(said).split("\0") if entry]
    return tuple(PathStatus(repository.outside(entry[3:]), entry[0], entry[1]) for entry in entries)


def changed_paths(repository: Repository, folders: Sequence[str]) -> tuple[str, ...]:
    """Return the paths below folders of the workspace that differ from HEAD, new and deleted ones included."""
    return tuple(sorted({status.path for status in statuses(repository, folders)}))


def refuse_ignored(repository: Repository, wanted: Collection[str], folders: Sequence[str]) -> None:
    """Raise RepoError when Git ignores one of the wanted files below folders of the workspace."""
    arguments = [repository.inside(folder) for folder in folders]
    options = ["--others", "--ignored", "--exclude-standard", "-z", "--full-name"]
    said = str(call(repository, "ls-files", *options, "--", *arguments))
    ignored = sorted({repository.outside(path) for path in said.split("\0")} & set(wanted))
    if ignored:
        raise RepoError(codes.IGNORED, f"{ignored[0]} is ignored by Git")

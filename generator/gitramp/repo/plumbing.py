"""A commit without a work tree: the tree that another one has with a few files changed, and a commit of it.

Owns Git's plumbing for trees and commits; how many git processes run does not depend on how many files there are. The
user's index, work tree and branches are not touched, and no hook runs. Must not know what the files mean.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath

from gitramp.problem import RepoError
from gitramp.repo import codes, remote_codes
from gitramp.repo.authorship import CONFIGURED, Authorship
from gitramp.repo.history import Commit
from gitramp.repo.repository import Repository, call, listed, scratch_file, scratch_folder
from gitramp.source import show

_FILTERS = ("filter", "working-tree-encoding")
_UNFILTERED = ("unspecified", "unset", "")
_PLAIN = "100644"
_KINDS = {"12": "a symbolic link", "16": "a submodule"}


def tree_of(repository: Repository, commit: Commit) -> str:
    """Return the id of a commit's tree."""
    return str(call(repository, "rev-parse", "--verify", "--quiet", f"{commit.id}^{{tree}}"))


def tree_with(repository: Repository, base: Commit | None, files: Mapping[str, bytes | None]) -> str:
    """Return the id of the tree that `base` has with files of the workspace set to contents, or deleted (None).

    Blobs are written as they are: line ends and `autocrlf` are a matter of work trees. A file that Git would not keep
    as it is, by a filter, is refused.
    """
    paths = {repository.inside(path): content for path, content in sorted(files.items())}
    with _own_index() as index:
        call(repository, "read-tree", *((base.id,) if base else ("--empty",)), env=index)
        modes = _modes(repository, paths, index)
        _refuse_in_the_way(repository, paths, modes)
        _refuse_filtered(repository, [path for path, content in paths.items() if content is not None], index)
        blobs = _written(repository, [content for content in paths.values() if content is not None])
        with scratch_file(_entries(paths, modes, blobs, len(base.id) if base else 0)) as entries:
            call(repository, "update-index", "-z", "--index-info", env=index, istream=entries)
        return str(call(repository, "write-tree", "--missing-ok", env=index))  # a partial clone lacks other blobs


@contextmanager
def _own_index() -> Iterator[Mapping[str, str]]:
    """Give git an index of its own, whole and in one file, whatever is configured for the user's."""
    first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)  # the user's own come before
    whole = enumerate({"core.splitIndex": "false", "core.sparseCheckout": "false"}.items(), first)
    said = {name: text for n, (key, value) in whole for name, text in _configured(n, key, value)}
    with scratch_folder() as folder:
        yield {"GIT_INDEX_FILE": str(folder / "index"), **said, "GIT_CONFIG_COUNT": str(first + len(said) // 2)}


def _configured(number: int, key: str, value: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (f"GIT_CONFIG_KEY_{number}", key), (f"GIT_CONFIG_VALUE_{number}", value)


def _modes(repository: Repository, paths: Mapping[str, bytes | None], index: Mapping[str, str]) -> Mapping[str, str]:
    """Return the modes of what the base has beside and below the paths."""
    tops = sorted({path.split("/")[0] for path in paths})
    if not tops:
        return {}
    said = str(
        call(repository, "ls-files", "--stage", "-z", "--", *(f":(top,literal){top}" for top in tops), env=index)
    )
    entries = (entry.partition("\t") for entry in said.split("\0")[:-1])
    return {path: about.split(" ")[0] for about, _, path in entries}


def _refuse_in_the_way(repository: Repository, paths: Mapping[str, bytes | None], modes: Mapping[str, str]) -> None:
    """Refuse a path where the base has something else than a plain file: git would drop that without a word."""
    staying = {path: mode for path, mode in modes.items() if paths.get(path, b"") is not None}
    folders = {parent for path in staying for parent in _above(path)}
    for path in paths:
        for place in (path, *_above(path)):
            mode = staying.get(place, "")
            kind = _KINDS.get(mode[:2], "a file" if mode and place != path else "")
            kind = kind or ("a folder" if place == path and path in folders else "")
            if kind:
                raise RepoError(codes.UNSEEN, f"{repository.outside(place)} is {kind} in the branch")


def _above(path: str) -> tuple[str, ...]:
    return tuple(parent.as_posix() for parent in PurePosixPath(path).parents)[:-1]


def _refuse_filtered(repository: Repository, paths: Sequence[str], index: Mapping[str, str]) -> None:
    """Refuse a file that Git would hold as something else; the attributes are those of the branch, not of the disk."""
    if not paths:
        return
    with scratch_file(listed(paths)) as names:
        options = ["--cached", "--stdin", "-z", *_FILTERS]
        fields = str(call(repository, "check-attr", *options, env=index, istream=names)).split("\0")
    for path, attribute, value in zip(fields[0::3], fields[1::3], fields[2::3], strict=False):
        if value not in _UNFILTERED:
            shown = f"{repository.outside(path)} has the attribute {attribute}={show(value)}"
            raise RepoError(remote_codes.FILTERED, shown)


def _written(repository: Repository, contents: Sequence[bytes]) -> Sequence[str]:
    """Write blobs and return their ids, in order: git takes many only as files, which have numbers for names."""
    if not contents:
        return ()
    with scratch_folder() as folder:
        for number, content in enumerate(contents):
            (folder / str(number)).write_bytes(content)
        names = "".join(f"{folder / str(number)}\n" for number in range(len(contents))).encode()
        with scratch_file(names) as listing:
            options = ["-t", "blob", "-w", "--no-filters", "--stdin-paths"]
            return str(call(repository, "hash-object", *options, istream=listing)).split()


def _entries(paths: Mapping[str, bytes | None], modes: Mapping[str, str], blobs: Sequence[str], digits: int) -> bytes:
    """Write entries as `update-index --index-info` takes them; deletions first, as a folder may follow a file."""
    gone = [path for path, content in paths.items() if content is None and path in modes]
    kept = [path for path, content in paths.items() if content is not None]
    lines = [f"0 {'0' * digits}\t{path}" for path in gone]
    lines += [f"{modes.get(path, _PLAIN)} {blob}\t{path}" for path, blob in zip(kept, blobs, strict=True)]
    return listed(lines)


def commit_tree(
    repository: Repository, tree: str, parent: Commit | None, message: str, by: Authorship = CONFIGURED
) -> str:
    """Make a commit of a tree and return its id; nothing points to it yet.

    Who commits, and whether and how it is signed, git's configuration and environment say, unless `by` does. No hook of
    a commit runs: https://git-scm.com/docs/git-commit-tree.
    """
    sign = ["-S"] if by.signs(repository) else []
    parents = ["-p", parent.id] if parent else []
    repository.git(c="i18n.commitEncoding=UTF-8")  # for the next call
    with scratch_file(message.encode("utf-8", "backslashreplace")) as text:
        return str(call(repository, "commit-tree", *sign, *parents, "-F", text.name, tree, env=by.environment))

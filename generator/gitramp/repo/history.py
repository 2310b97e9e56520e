"""What the past of a branch holds: the main branch, a merge base, the times and files of revisions.

Owns the reading of commits other than HEAD's tree. A revision that a user names is never taken for an option. Must not
write anything, nor know what the files mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gitramp.problem import RepoError
from gitramp.repo import codes
from gitramp.repo.repository import Repository, call, contents, pathspec, snapshot
from gitramp.source import Snapshot, show

_MAIN = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
_RECORD = "\x1e"
_NO_BLOB = re.compile("0+")
_DEPTH = "fetch the history: `git fetch --unshallow`, or `fetch-depth: 0` where GitHub Actions checks out"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its id, its parents, and when it was made, in Unix seconds, as its committer's clock had it."""

    id: str
    parents: tuple[str, ...]
    time: int


@dataclass(frozen=True, slots=True)
class Past:
    """A commit of a branch and the files of a folder as they were before it; None where the history ends early."""

    commit: Commit
    before: Snapshot | None


@dataclass(frozen=True, slots=True)
class Message:
    """Who wrote a commit and what its trailers say of approval; `touches` whether it changed files of the folder."""

    author: str
    approved_by: tuple[str, ...]
    touches: bool


def is_in_repository(workspace: Path) -> bool:
    """Say whether a folder looks as if Git knew it, without asking Git."""
    return any((folder / ".git").exists() for folder in (workspace, *workspace.parents))


def commit_named(repository: Repository, revision: str) -> Commit:
    """Return the commit that a revision names; raises RepoError when there is none."""
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise RepoError(codes.NO_REVISION, f"{show(revision)} is not the name of a revision")
    try:
        found = call(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except RepoError as error:
        raise no_revision(repository, revision, error.details) from None
    return _commit(repository, str(found))


def no_revision(repository: Repository, revision: str, details: str = "") -> RepoError:
    """Return the refusal of a revision that is not there; in a shallow clone it says how to get it."""
    remedy = _DEPTH if is_shallow(repository) else ""
    return RepoError(codes.NO_REVISION, f"there is no commit {show(revision)}", remedy, details)


def head_commit(repository: Repository) -> Commit | None:
    """Return HEAD's commit; None while there is none."""
    try:
        found = call(repository, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except RepoError:
        return None
    return _commit(repository, str(found))


def first_parent(repository: Repository, commit: Commit) -> Commit | None:
    """Return the commit before; None for the first. Raises RepoError when a shallow clone does not have it."""
    if commit.parents:
        return _commit(repository, commit.parents[0])
    if is_shallow(repository):
        raise no_revision(repository, f"before {commit.id[:12]}")
    return None


def _commit(repository: Repository, name: str) -> Commit:
    said = str(call(repository, "log", "-1", "--no-show-signature", "--format=%H%n%P%n%ct", name, "--"))
    identity, parents, time = said.split("\n")[:3]
    return Commit(identity, tuple(parents.split()), int(time))


def is_shallow(repository: Repository) -> bool:
    """Say whether the clone lacks older commits."""
    return str(call(repository, "rev-parse", "--is-shallow-repository")) == "true"


def main_branch(repository: Repository) -> str | None:
    """Return the ref of the main branch: origin's, or else the one here; None when there is no such name."""
    said = str(call(repository, "for-each-ref", "--format=%(refname) %(symref)", *_MAIN))
    found = dict(line.partition(" ")[::2] for line in said.split("\n") if line)
    name = next((ref for ref in _MAIN if ref in found), None)
    return (found[name] or name) if name else None


def merge_base(repository: Repository, one: str, other: str) -> Commit | None:
    """Return the best common ancestor of two commits; None when there is none."""
    try:
        found = call(repository, "merge-base", "--end-of-options", one, other)
    except RepoError:
        return None
    return _commit(repository, str(found).split("\n")[0])


def snapshot_at(repository: Repository, commit: Commit, folder: str) -> Snapshot:
    """Return the files below a folder of the workspace as a commit holds them."""
    return snapshot(repository, commit.id, folder)


def edited(repository: Repository, folder: str) -> tuple[str, ...]:
    """Return the paths below a folder that differ from HEAD; not even the index is refreshed by asking."""
    options = ["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"]
    quiet = {"GIT_OPTIONAL_LOCKS": "0"}
    said = str(call(repository, "status", *options, "--", pathspec(repository, folder), env=quiet))
    return tuple(repository.outside(entry[3:]) for entry in said.split("\0") if entry)


def history(repository: Repository, newest: Commit, folder: str, since: int) -> Iterator[Past]:
    """Yield the commits of a branch that changed files below a folder, newest first, as far back as `since`.

    The branch is the chain of first parents: what a merge brought in counts from the merge. Two calls of Git read it
    all: one lists which file had which content, one gets the contents.
    """
    options = ["--first-parent", "-m", "--root", "--raw", "-z", "--no-abbrev", "--no-renames"]
    layout = f"--format={_RECORD}%H %ct %P"
    bound = [f"--since={max(since, 0)}"] if since > 0 else []
    arguments = [*options, "--no-show-signature", layout, *bound, newest.id, "--", pathspec(repository, folder)]
    said = str(call(repository, "log", *arguments))
    entries = [_entry(record) for record in said.split(_RECORD)[1:]]
    blobs = dict.fromkeys(blob for _, changes in entries for blob in changes.values() if blob)
    content = contents(repository, blobs)
    files = dict(snapshot(repository, newest.id, folder).files)
    cut = is_shallow(repository)
    for commit, changes in entries:
        if cut and not commit.parents:
            yield Past(commit, None)
            return
        for path, blob in changes.items():
            files.pop(repository.outside(path), None)
            if blob:
                files[repository.outside(path)] = content[blob]
        yield Past(commit, Snapshot(dict(sorted(files.items()))))


def _entry(record: str) -> tuple[Commit, Mapping[str, str]]:
    """Read a commit of `log --raw -z`, and what each path held before it: a blob, or "" for none."""
    head, *rest = record.strip("\n").split("\0")
    identity, time, *parents = head.split()
    changes: dict[str, str] = {}
    fields = [field.lstrip("\n") for field in rest]
    while len(fields) >= 2 and fields[0].startswith(":"):
        old_mode, _, old_blob, *_ = fields[0][1:].split()
        plain = old_mode.startswith("100") and not _NO_BLOB.fullmatch(old_blob)
        changes[fields[1]] = old_blob if plain else ""
        fields = fields[2:]
    return Commit(identity, tuple(parents), int(time)), changes


def messages(repository: Repository, base: Commit, head: Commit, folder: str) -> tuple[Message, ...]:
    """Return authors and approvals of the commits that a head has and a base has not."""
    layout = f"--format={_RECORD}%H%x1f%an <%ae>%x1f%(trailers:key=Approved-by,valueonly,unfold,separator=%x1f)"
    arguments = ["--no-show-signature", layout, head.id, f"^{base.id}", "--"]
    said = str(call(repository, "log", *arguments))
    touching = str(call(repository, "log", "--format=%H", head.id, f"^{base.id}", "--", pathspec(repository, folder)))
    touches = set(touching.split())
    found: list[Message] = []
    for record in said.split(_RECORD)[1:]:
        identity, author, *approved = record.rstrip("\n").split("\x1f")
        names = tuple(name.strip() for name in approved if name.strip())
        found.append(Message(author, names, identity in touches))
    return tuple(found)


def author(repository: Repository) -> str:
    """Return who the next commit here will be by, as `Name <address>`; "" when Git does not know."""
    try:
        said = str(call(repository, "var", "GIT_AUTHOR_IDENT"))
    except RepoError:
        return ""
    return said.rpartition(">")[0] + ">"

"""What the past of a branch holds: the main branch, a merge base, the times and files of revisions.

Owns the reading of commits other than HEAD's tree. A revision that a user names is never taken for an option. Must not
write anything, nor know what the files mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
_HEAD = re.compile(r"[0-9a-f]{40,64} -?\d+( [0-9a-f]{40,64})* ?")
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


@dataclass(frozen=True, slots=True)
class Upstream:
    """The branch that a local one follows, as it was fetched last, and how many commits each has alone."""

    name: str
    ahead: int
    behind: int


def is_in_repository(workspace: Path) -> bool:
    """Say whether a folder looks as if Git knew it, without asking Git."""
    return any((folder / ".git").exists() for folder in (workspace, *workspace.parents))


def commit_named(repository: Repository, revision: str) -> Commit:
    """Return the commit that a revision names; raises RepoError when there is none."""
    if not revision or revision.startswith(("-", "^")) or not revision.isprintable():  # `^REV` is all but REV
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
    said = log(repository, "-1", "--format=%H%n%P%n%ct", name, "--")
    identity, parents, time = said.split("\n")[:3]
    return Commit(identity, tuple(parents.split()), int(time))


def log(repository: Repository, *arguments: str) -> str:
    """Run `git log` so that nobody's configuration changes what it says."""
    plain = ("--no-show-signature", "--no-follow", "--encoding=UTF-8")
    return str(call(repository, "log", *plain, *arguments))


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


def count(repository: Repository, since: str, until: str) -> int:
    """Return how many commits one revision has that another has not."""
    return int(str(call(repository, "rev-list", "--count", until, f"^{since}", "--")))


def upstream(repository: Repository) -> Upstream | None:
    """Return how HEAD's branch stands to its upstream, without asking the remote; None where it follows none."""
    try:
        name = str(call(repository, "rev-parse", "--abbrev-ref", "@{upstream}"))
        said = str(call(repository, "rev-list", "--left-right", "--count", "HEAD...@{upstream}"))
    except RepoError:
        return None
    ahead, behind = said.split()
    return Upstream(name, int(ahead), int(behind))


def texts(repository: Repository, since: str, until: str) -> tuple[str, ...]:
    """Return the whole messages of the commits that one revision has and another has not, the oldest first."""
    said = log(repository, "-z", "--reverse", "--format=%B", until, f"^{since}", "--")
    return tuple(text for text in said.split("\0") if text.strip())


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
    # Not `-m`: https://git-scm.com/docs/git-config#Documentation/git-config.txt-logdiffMerges says what that means.
    merges = ["--first-parent", "--diff-merges=first-parent"]
    options = [*merges, "--root", "--raw", "-z", "--no-abbrev", "--no-renames", "--format=%H %ct %P"]
    bound = [f"--since={max(since, 0)}"] if since > 0 else []
    listed = entries(log(repository, *options, *bound, newest.id, "--", pathspec(repository, folder)))
    blobs = dict.fromkeys(blob for _, changes in listed for blob in changes.values() if blob)
    content = contents(repository, blobs)
    files = dict(snapshot(repository, newest.id, folder).files)
    cut = is_shallow(repository)
    for commit, changes in listed:
        if cut and not commit.parents:
            yield Past(commit, None)
            return
        for path, blob in changes.items():
            files.pop(repository.outside(path), None)
            if blob:
                files[repository.outside(path)] = content[blob]
        yield Past(commit, Snapshot(dict(sorted(files.items()))))


def entries(said: str) -> Sequence[tuple[Commit, Mapping[str, str]]]:
    """Read the commits of `log --raw -z`, and what each path held before it: a blob, or "" for none.

    The field after one that begins with a colon is a path, whatever it looks like.
    """
    found: list[tuple[Commit, dict[str, str]]] = []
    fields = iter(said.split("\0"))
    for field in (each.strip("\n") for each in fields):
        if field.startswith(":"):
            old_mode, _, old_blob, *_ = field[1:].split()
            plain = old_mode.startswith("100") and not _NO_BLOB.fullmatch(old_blob)
            found[-1][1][next(fields)] = old_blob if plain else ""
        elif _HEAD.fullmatch(field):
            identity, time, *parents = field.split()
            found.append((Commit(identity, tuple(parents), int(time)), {}))
    return found


def messages(repository: Repository, base: Commit, head: Commit, folder: str) -> tuple[Message, ...]:
    """Return authors and approvals of the commits that a head has and a base has not.

    No field can hold what parts them: NUL stands in no name, and no line end in a trailer that is unfolded.
    """
    layout = "--format=%H%x00%an <%ae>%x00%(trailers:key=Approved-by,valueonly,unfold,separator=%x0a)"
    said = log(repository, "-z", layout, head.id, f"^{base.id}", "--").split("\0")
    touches = set(log(repository, "--format=%H", head.id, f"^{base.id}", "--", pathspec(repository, folder)).split())
    found: list[Message] = []
    for identity, author, approved in zip(said[0::3], said[1::3], said[2::3], strict=False):
        names = tuple(name.strip() for name in approved.split("\n") if name.strip())
        found.append(Message(author, names, identity in touches))
    return tuple(found)


def author(repository: Repository) -> str:
    """Return who the next commit here will be by, as `Name <address>`; "" when Git does not know."""
    try:
        said = str(call(repository, "var", "GIT_AUTHOR_IDENT"))
    except RepoError:
        return ""
    return said.rpartition(">")[0] + ">"

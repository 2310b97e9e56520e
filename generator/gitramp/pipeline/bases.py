"""The revision from which a step is judged: where HEAD left the main branch, HEAD itself, or one that is named.

Owns that choice, and whether the revision after it is in a commit yet. Must not know any rule.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from gitramp import overlays, repo
from gitramp.pipeline.built import Built
from gitramp.source import Snapshot
from gitramp.workspace import ENVIRONMENTS, Workspace


@dataclass(frozen=True, slots=True)
class Base:
    """The revision before, as far as it is read, and the one after; `edited` when that is in no commit yet.

    `lands` says that the edit is about to become a commit of a branch that nobody reviews, so that approval is asked.
    `author` is who it will be by, "" for whom git is configured for. `built` are environments of the revision that are
    built already, by name.
    """

    repository: repo.Repository
    commit: repo.Commit
    head: repo.Commit
    edited: bool
    taken: Snapshot
    lands: bool = False
    author: str = ""
    built: Mapping[str, Built] = field(default_factory=dict)

    @property
    def moment(self) -> int:
        """When the step is made: at its commit, or now. The only clock that decides anything here."""
        return int(time.time()) if self.edited else self.head.time


def base_of(workspace: Workspace, taken: Snapshot, against: str | None) -> tuple[str, Snapshot]:
    """Return the commit that a step begins at, and the overlays in it; "" and nothing when there is none.

    Raises RepoError without a repository, or when Git does not have the revision that was asked for.
    """
    base = found(workspace, taken, against)
    return (base.commit.id, base.taken) if base is not None else ("", Snapshot({}))


def found(workspace: Workspace, taken: Snapshot, against: str | None) -> Base | None:
    """Open the revision that the step is judged from; None when there is none before."""
    repository = repo.open_repository(workspace.root)
    head = repo.head_commit(repository)
    if head is None:
        if against is not None:
            raise repo.no_revision(repository, against)
        return None
    edited = is_edited(repository, head, taken)
    base = _default(repository, head, edited=edited) if against is None else _named(repository, head, against)
    if base is None:
        return None
    return Base(repository, base, head, edited, repo.snapshot_at(repository, base, ENVIRONMENTS))


def is_edited(repository: repo.Repository, head: repo.Commit, taken: Snapshot) -> bool:
    """Say whether what is read is in no commit; line ends alone, which a checkout may differ in, are no edit."""
    paths = [path for path in repo.edited(repository, ENVIRONMENTS) if overlays.is_input(path)]
    files = repo.snapshot_at(repository, head, ENVIRONMENTS).files if paths else {}
    return any(unix(files.get(path)) != unix(taken.files.get(path)) for path in paths)


def unix(content: bytes | None) -> bytes | None:
    """Return a file with the line ends of Unix: a checkout may have others than the commit."""
    return content.replace(b"\r\n", b"\n") if content is not None else None


def _named(repository: repo.Repository, head: repo.Commit, against: str) -> repo.Commit:
    """Return where HEAD left a revision: what others have put there since is no part of the step."""
    named = repo.commit_named(repository, against)
    return repo.merge_base(repository, named.id, head.id) or named


def _default(repository: repo.Repository, head: repo.Commit, *, edited: bool) -> repo.Commit | None:
    """Return where HEAD left the main branch; on the main branch itself HEAD for edits, else the commit before."""
    main = repo.main_branch(repository)
    base = repo.merge_base(repository, head.id, main) if main else head
    if base is None:
        raise repo.no_revision(repository, f"that {main} and HEAD have in common")
    if base.id != head.id:
        return base
    return head if edited else repo.first_parent(repository, head)


def at(
    repository: repo.Repository, commit: repo.Commit, taken: Snapshot, *, lands: bool = False, author: str = ""
) -> Base:
    """Return a commit as the base of an edit of it that is in no commit yet; `taken` are its overlays."""
    return Base(repository, commit, commit, edited=True, taken=taken, lands=lands, author=author)

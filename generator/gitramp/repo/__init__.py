"""Git: what HEAD holds, what has changed since, and one commit of named paths.

Owns every call to git, through GitPython's `Git`. Must not know what the files mean.
"""

from gitramp.repo.commit import commit, planned_tree, subtree_id, with_trailers
from gitramp.repo.history import (
    Commit,
    Past,
    author,
    commit_named,
    edited,
    first_parent,
    head_commit,
    history,
    is_in_repository,
    is_shallow,
    main_branch,
    merge_base,
    messages,
    no_revision,
    snapshot_at,
)
from gitramp.repo.readiness import refuse_unready
from gitramp.repo.repository import (
    Repository,
    changed_paths,
    head_snapshot,
    open_repository,
    refuse_absent,
    refuse_ignored,
)

__all__ = [
    "Commit",
    "Past",
    "Repository",
    "author",
    "changed_paths",
    "commit",
    "commit_named",
    "edited",
    "first_parent",
    "head_commit",
    "head_snapshot",
    "history",
    "is_in_repository",
    "is_shallow",
    "main_branch",
    "merge_base",
    "messages",
    "no_revision",
    "open_repository",
    "planned_tree",
    "refuse_absent",
    "refuse_ignored",
    "refuse_unready",
    "snapshot_at",
    "subtree_id",
    "with_trailers",
]

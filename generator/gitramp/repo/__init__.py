"""Git: what HEAD holds, what has changed since, and one commit of named paths.

Owns every call to git, through GitPython's `Git`. Must not know what the files mean.
"""

from gitramp.repo.commit import commit, planned_tree, subtree_id, with_trailer
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
    "Repository",
    "changed_paths",
    "commit",
    "head_snapshot",
    "open_repository",
    "planned_tree",
    "refuse_absent",
    "refuse_ignored",
    "refuse_unready",
    "subtree_id",
    "with_trailer",
]

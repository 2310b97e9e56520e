"""Git: what HEAD holds, what has changed since, one commit of named paths, and what a remote's branch holds.

Owns every call to git, through GitPython's `Git`. Must not know what the files mean.
"""

from gitramp.repo.authorship import CONFIGURED, Authorship
from gitramp.repo.commit import commit, planned_tree, subtree_id, with_trailers
from gitramp.repo.forge import Forge, forge
from gitramp.repo.history import (
    Commit,
    Past,
    Upstream,
    author,
    commit_named,
    count,
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
    texts,
    upstream,
)
from gitramp.repo.landings import Arrival, Landing, arrivals, landings
from gitramp.repo.plumbing import commit_tree, tree_of, tree_with
from gitramp.repo.readiness import refuse_unready
from gitramp.repo.rejections import LostRace
from gitramp.repo.remote_codes import LEFT_OVER, NO_BRANCH
from gitramp.repo.remotes import Target, deepen, default_branch, fetch, push, pushes_with, refuse_name, target
from gitramp.repo.repository import (
    Repository,
    changed_paths,
    head_snapshot,
    open_repository,
    refuse_absent,
    refuse_ignored,
)

__all__ = [
    "CONFIGURED",
    "LEFT_OVER",
    "NO_BRANCH",
    "Arrival",
    "Authorship",
    "Commit",
    "Forge",
    "Landing",
    "LostRace",
    "Past",
    "Repository",
    "Target",
    "Upstream",
    "arrivals",
    "author",
    "changed_paths",
    "commit",
    "commit_named",
    "commit_tree",
    "count",
    "deepen",
    "default_branch",
    "edited",
    "fetch",
    "first_parent",
    "forge",
    "head_commit",
    "head_snapshot",
    "history",
    "is_in_repository",
    "is_shallow",
    "landings",
    "main_branch",
    "merge_base",
    "messages",
    "no_revision",
    "open_repository",
    "planned_tree",
    "push",
    "pushes_with",
    "refuse_absent",
    "refuse_ignored",
    "refuse_name",
    "refuse_unready",
    "snapshot_at",
    "subtree_id",
    "target",
    "texts",
    "tree_of",
    "tree_with",
    "upstream",
    "with_trailers",
]

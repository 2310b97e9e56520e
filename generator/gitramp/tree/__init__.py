"""The rendered tree: which file holds which object, how it differs from the disk, and how it gets there whole.

Owns `rendered/` and the state folder `.gitramp/`. Must not know what objects mean, Git, or who asked.
"""

from gitramp.tree.codes import CANNOT_READ
from gitramp.tree.compare import Change, TreeDiff, compare, compare_held, drift, is_ours, obstacles, unified
from gitramp.tree.creation import create, taken
from gitramp.tree.naming import MARK, content_of, file_of, path_of, rendered_tree, tree_of
from gitramp.tree.promote import completed, locked, promote, stage, staging, told

__all__ = [
    "CANNOT_READ",
    "MARK",
    "Change",
    "TreeDiff",
    "compare",
    "compare_held",
    "completed",
    "content_of",
    "create",
    "drift",
    "file_of",
    "is_ours",
    "locked",
    "obstacles",
    "path_of",
    "promote",
    "rendered_tree",
    "stage",
    "staging",
    "taken",
    "told",
    "tree_of",
    "unified",
]

"""The only package that knows YAML.

Owns three ways: `read` people's files with marks, or their `comments`; `edit` a value of them, or `remove` a key, and
keep every other byte; `write` canonical manifests. Must not know what the trees mean.
"""

from gitramp.yamlio.comments import Comment, comments
from gitramp.yamlio.edit import edit
from gitramp.yamlio.pieces import read_in_pieces
from gitramp.yamlio.read import MAX_BYTES, read, read_all, read_manifests, too_large
from gitramp.yamlio.remove import remove
from gitramp.yamlio.splice import NotAlone, Tree
from gitramp.yamlio.write import write

__all__ = [
    "MAX_BYTES",
    "Comment",
    "NotAlone",
    "Tree",
    "comments",
    "edit",
    "read",
    "read_all",
    "read_in_pieces",
    "read_manifests",
    "remove",
    "too_large",
    "write",
]

"""The files of a new user's repository, from a few wishes.

Owns `files/`, the templates: what is in them teaches whoever opens it. Must not know the disk of the user, nor how
overlays are rendered.
"""

from gitramp.starter.codes import OCCUPIED, UNEQUAL, UNWRITABLE
from gitramp.starter.files import CI, Wish, ci_files, common_files, is_name

__all__ = ["CI", "OCCUPIED", "UNEQUAL", "UNWRITABLE", "Wish", "ci_files", "common_files", "is_name"]

"""Who wrote an object: gitramp from an overlay, or somebody else in a file of manifests.

Owns that distinction, for rules that ask of gitramp's own objects what nobody could ask of every file: a stranger's
pod may run as root, ours may not. Must not know any rule.
"""

from __future__ import annotations

from gitramp.resource import Manifest


def is_foreign(manifest: Manifest) -> bool:
    """Whether an object comes from no overlay: its owner is a document's position in a file, or nobody."""
    return not manifest.owner or (len(manifest.owner) > 1 and isinstance(manifest.owner[1], int))

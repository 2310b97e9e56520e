"""Where a field of an object stands in the file that it is rendered to.

Owns the way from a pointer to a line of the emitted text. It is asked for findings only: writing and reading an object
again costs more than any rule. Must not know what the findings are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gitramp import tree, yamlio
from gitramp.pointer import Pointer
from gitramp.problem import InputRejected, Mark, Related
from gitramp.resource import Manifest
from gitramp.source import Node, walk_towards


@dataclass(frozen=True, slots=True)
class RenderedPlaces:
    """The rendered files of one environment, each read at most once."""

    environment: str
    read: dict[str, Node] = field(default_factory=dict)

    def of(self, manifest: Manifest, pointer: Pointer) -> Related:
        """Return where a field is rendered, or what is next around it; for a collection, the line of its key."""
        path = tree.file_of(self.environment, manifest)
        if path not in self.read:
            self.read[path] = _root(path, self.environment, manifest)
        *_, node = walk_towards(self.read[path], pointer)
        return Related(node.place, "rendered")


def _root(path: str, environment: str, manifest: Manifest) -> Node:
    try:
        return yamlio.read(path, tree.content_of(environment, manifest))
    except (InputRejected, TypeError):  # larger than an overlay may be, or what no file could hold: a faulty patch
        return Node({}, Mark(path))

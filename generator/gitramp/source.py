"""Overlays as read and as merged: a tree in which every value knows the place that set it.

Owns `Snapshot`, `Node`, `Overlay` and `Values`. Must not know YAML syntax, the overlay format or the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NamedTuple

from gitramp.pointer import Pointer
from gitramp.problem import Finding, Mark

Scalar = str | int | float | bool | None


class Setting(NamedTuple):
    """One time a value was said: where, and a short form of what ("10", "removed", "mapping")."""

    mark: Mark
    shown: str


NO_REMOVALS: Mapping[str, tuple[Setting, ...]] = MappingProxyType({})


class Node(NamedTuple):
    """A value, its place, and the settings it overrode, oldest first.

    `raw` is the text of an unquoted scalar as it stands in the file, None otherwise. `removed` holds, for a
    mapping, the keys that a later layer took away with the settings they had.
    A NamedTuple, not a dataclass: a thousand services are 10^5 nodes and this is built three times as fast.
    """

    value: Scalar | dict[str, Node] | list[Node]
    mark: Mark
    key_mark: Mark | None = None
    raw: str | None = None
    history: tuple[Setting, ...] = ()
    removed: Mapping[str, tuple[Setting, ...]] = NO_REMOVALS

    @property
    def place(self) -> Mark:
        """Where to point people: a scalar's own place, a collection's key."""
        if isinstance(self.value, (dict, list)) and self.key_mark is not None:
            return self.key_mark
        return self.mark

    @property
    def shown(self) -> str:
        """A short form of the value for messages."""
        if isinstance(self.value, dict):
            return "mapping"
        if isinstance(self.value, list):
            return "list"
        return show(self.value)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The overlay files of one moment: POSIX path from the workspace's root -> bytes, and what could not be read."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Overlay:
    """One named overlay: `environments/<name>.yaml` with the service files of its folder put in."""

    name: str
    path: str
    root: Node
    extends: str | None
    include: tuple[str, ...]
    kind: str
    files: tuple[str, ...]

    def said(self, key: str) -> Node | None:
        """Return what the overlay itself says for a key of its top level."""
        return self.root.value.get(key) if isinstance(self.root.value, dict) else None

    @property
    def is_rendered(self) -> bool:
        """Whether the overlay is an environment; layers and components exist to be part of one."""
        return self.kind not in {"Layer", "Component"}


@dataclass(frozen=True, slots=True)
class Values:
    """The merged overlays of one environment; `files` are those it was made from, base first."""

    name: str
    root: Node
    files: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """Return the tree without places, as JSON would hold it."""
        tree = plain(self.root)
        assert isinstance(tree, dict)
        return tree

    def nearest(self, pointer: Pointer) -> Node:
        """Return the node at `pointer`, or the deepest one that is on the way to it."""
        *_, last = walk_towards(self.root, pointer)
        return last


def walk_towards(root: Node, pointer: Pointer) -> Iterator[Node]:
    """Yield the nodes from the root along `pointer`, as far as they exist."""
    yield root
    node = root
    for step in pointer:
        below = _child(node, step)
        if below is None:
            return
        node = below
        yield node


def _child(node: Node, step: str | int) -> Node | None:
    value = node.value
    child: Node | None = None
    if isinstance(value, dict):
        child = value.get(str(step))
    elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        child = value[step]
    return child


def plain(node: Node) -> Any:
    """Return a node's value without places."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    return value


def show(value: Scalar, limit: int = 60) -> str:
    """Write a scalar in one short line: as YAML would where that is clear, escaped and cut where not."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if isinstance(value, str) and (not text.isprintable() or text == "" or text != text.strip()):
        text = ascii(text)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the remedy for a name that nothing has: the one that is most like it, or something else where none is."""
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]}?" if near else otherwise

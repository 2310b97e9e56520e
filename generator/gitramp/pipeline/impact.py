"""The line asked forwards: which rendered fields an overlay line reaches, in every environment.

Owns the search for the values that a line says, and for the fields that were made from them. It reads the same origins
as `explain`, which is the other direction. Must not know how answers are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitramp import overlays, tree
from gitramp.pipeline.build import build
from gitramp.pipeline.built import Built
from gitramp.pointer import Pointer
from gitramp.problem import Mark, UsageError
from gitramp.resource import Manifest
from gitramp.source import Node, show
from gitramp.workspace import ENVIRONMENTS, Workspace


@dataclass(frozen=True, slots=True)
class Field:
    """A rendered field: the file, the pointer into its object, its value, and the overlay value it was made from."""

    path: str
    pointer: Pointer
    subject: str
    value: object
    made_from: Pointer
    how: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a line does in one environment; `overridden` are values that a later line has replaced, and that line."""

    environment: str
    values: tuple[Pointer, ...]
    fields: tuple[Field, ...]
    overridden: tuple[tuple[Pointer, Mark], ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a line of an overlay does in the environments that are made from its file."""

    path: str
    line: int
    text: str
    reaches: tuple[Reach, ...]


def impact(workspace: Workspace, target: str) -> Impact:
    """Say what `environments/<file>.yaml:LINE` reaches.

    Raises UsageError when there is no such file or line, InputRejected when the overlays are not sound.
    """
    taken = overlays.snapshot(workspace.root)
    path, line = _place(workspace, target)
    content = taken.files.get(path)
    if content is None:
        known = ", ".join(sorted(p for p in taken.files if overlays.is_input(p)))
        raise UsageError(f"there is no overlay {show(path)}; overlays: {show(known, 300)}")
    lines = content.decode("utf-8", "replace").splitlines()
    if not 1 <= line <= len(lines):
        raise UsageError(f"{path} has {len(lines)} lines")
    chains = overlays.read_chains(taken)
    names = [name for name, chain in chains.items() if any(path in overlay.files for overlay in chain)]
    built = build(taken, names) if names else ()
    return Impact(path, line, lines[line - 1].strip(), tuple(_reach(one, path, line) for one in built))


def _place(workspace: Workspace, target: str) -> tuple[str, int]:
    path, _, text = target.removeprefix(f"{workspace.root}/").removeprefix("./").partition(":")
    number = text.partition(":")[0]
    if not number.isdecimal() or not path.startswith(f"{ENVIRONMENTS}/"):
        raise UsageError(f"{show(target)} is no line of an overlay; write it as {ENVIRONMENTS}/base.yaml:12")
    return path, int(number)


def _reach(built: Built, path: str, line: int) -> Reach:
    said: dict[Pointer, Node] = {}
    overridden: dict[Pointer, Mark] = {}
    for pointer, node in _nodes((), built.values.root):
        if _is_at(node.place, path, line) or (node.key_mark is not None and _is_at(node.key_mark, path, line)):
            said[pointer] = node
        elif any(_is_at(setting.mark, path, line) for setting in node.history):
            overridden[pointer] = node.place
    fields = tuple(field for manifest in built.manifests for field in _fields(built, manifest, said))
    return Reach(built.name, tuple(said), fields, tuple(overridden.items()))


def _is_at(mark: Mark, path: str, line: int) -> bool:
    return mark.path == path and mark.line == line


def _nodes(at: Pointer, node: Node) -> Iterator[tuple[Pointer, Node]]:
    yield at, node
    below: Sequence[tuple[str | int, Node]] = ()
    if isinstance(node.value, dict):
        below = tuple(node.value.items())
    elif isinstance(node.value, list):
        below = tuple(enumerate(node.value))
    for step, child in below:
        yield from _nodes((*at, step), child)


def _fields(built: Built, manifest: Manifest, said: Mapping[Pointer, Node]) -> Iterator[Field]:
    """Yield the fields of an object that were made from values of the line, each once, with the nearest value."""
    path = tree.file_of(built.name, manifest)
    for pointer, origin in manifest.origins.items():
        for made_from in origin.pointers:
            if found := _from(made_from, said):
                at = (*pointer, *found[len(made_from) :])
                value = _value(manifest, at)
                if value is not _NOTHING:
                    yield Field(path, at, str(manifest.id), value, found, origin.how)
                    break


_NOTHING = object()


def _value(manifest: Manifest, pointer: Pointer) -> object:
    try:
        return manifest.field(pointer)[1]
    except (LookupError, TypeError):  # what stands there was made in another way than by copying
        return _NOTHING


def _from(pointer: Pointer, said: Mapping[Pointer, Node]) -> Pointer | None:
    """Return the value of the line that an origin is, is beneath of, or is around of."""
    for depth in range(len(pointer), 0, -1):
        if pointer[:depth] in said:
            return pointer
    return next((each for each in said if each[: len(pointer)] == pointer), None)

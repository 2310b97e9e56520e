"""The line asked forwards: which rendered fields an overlay line reaches, in every environment.

Owns which line is meant, and the search for the fields that were made from its values. It reads the same origins as
`explain`, which is the other direction. Must not know how answers are shown.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gitramp import overlays, tree
from gitramp.pipeline.build import build
from gitramp.pipeline.built import Built
from gitramp.pipeline.on_line import OnLine, Overridden, Place, on_line
from gitramp.pointer import Pointer
from gitramp.problem import Mark, UsageError
from gitramp.resource import Manifest
from gitramp.source import Node, Snapshot, show
from gitramp.workspace import ENVIRONMENTS, FILES, Workspace

_TARGET = re.compile(r"(.+?):([0-9]{1,9})(?::[0-9]*)?")
_OF_THE_WHOLE = "SHA-256"
"""How a field is made that changes with every value beneath its origin: others copy it, or only need its key."""


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
    """What a line does in one environment.

    `objects` are file and name of those that are rendered for what it says. `overridden` are values that a later line
    replaces or takes away, and `removes` those that this line takes away, with the line that says them, None for none.
    """

    environment: str
    values: tuple[Pointer, ...]
    fields: tuple[Field, ...]
    overridden: tuple[Overridden, ...]
    objects: tuple[tuple[str, str], ...] = ()
    removes: tuple[tuple[Pointer, Mark | None], ...] = ()


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
    path, line = _place(workspace, taken, target)
    content = taken.files.get(path)
    if content is None:
        known = ", ".join(sorted(p for p in taken.files if overlays.is_input(p)))
        raise UsageError(f"there is no overlay {show(path)}; overlays: {show(known, 300)}")
    lines = content.decode("utf-8", "replace").splitlines()
    if not 1 <= line <= len(lines):
        raise UsageError(f"{path} has {len(lines)} line{'' if len(lines) == 1 else 's'}")
    place = Place(path, line, tuple(lines))
    reaches = tuple(reach(one, place) for one in build(taken, names)) if (names := _made_from(taken, path)) else ()
    return Impact(path, line, lines[line - 1].strip(), reaches)


def _place(workspace: Workspace, taken: Snapshot, target: str) -> tuple[str, int]:
    """Read a place, spelled as people and editors do: with a column, from the root of the disk, with backslashes."""
    found = _TARGET.fullmatch(target.replace("\\", "/"))
    if found is None:
        raise UsageError(f"{show(target)} is no line of an overlay; write it as {ENVIRONMENTS}/base.yaml:12")
    path = posixpath.normpath(found[1].removeprefix(f"{workspace.root.as_posix()}/"))
    if path not in taken.files and f"{ENVIRONMENTS}/{path}" in taken.files:
        path = f"{ENVIRONMENTS}/{path}"
    if not path.startswith(f"{ENVIRONMENTS}/"):
        raise UsageError(f"{show(target)} is no line of an overlay; write it as {ENVIRONMENTS}/base.yaml:12")
    return path, int(found[2])


def _made_from(taken: Snapshot, path: str) -> list[str]:
    """Return the environments that may be made from a file: any overlay may name one that lies beside another."""
    chains = overlays.read_chains(taken)
    if f"/{FILES}/" in path:
        return list(chains)
    return [name for name, chain in chains.items() if any(path in overlay.files for overlay in chain)]


def reach(built: Built, place: Place) -> Reach:
    """Say what a line does in one environment."""
    found = on_line(built.values, place)
    fields: dict[tuple[str, Pointer], Field] = {}
    for manifest in built.manifests:
        for each in _fields(built, manifest, found.said):
            fields.setdefault((each.path, each.pointer), each)
    owned = (m for m in built.manifests if _is_for(m.owner, found))
    objects = tuple((tree.file_of(built.name, m), str(m.id)) for m in owned)
    values, overridden = tuple(found.said), found.overridden
    return Reach(built.name, values, tuple(fields.values()), overridden, objects, found.removes)


def _is_for(owner: Pointer, found: OnLine) -> bool:
    return any(owner[:depth] in found.said for depth in range(1, len(owner) + 1))


def _fields(built: Built, manifest: Manifest, said: Mapping[Pointer, Node]) -> Iterator[Field]:
    """Yield the fields of an object that were made from values of the line, with the nearest value."""
    path = tree.file_of(built.name, manifest)
    for pointer, origin in manifest.origins.items():
        for made_from in origin.pointers:
            for found in _from(made_from, said):
                at = (*pointer, *found[len(made_from) :])
                value = _value(manifest, at)
                if value is _NOTHING and origin.how.startswith(_OF_THE_WHOLE):
                    at, value = pointer, _value(manifest, pointer)
                if value is not _NOTHING:
                    yield Field(path, at, str(manifest.id), value, found, origin.how)


_NOTHING = object()


def _value(manifest: Manifest, pointer: Pointer) -> object:
    try:
        return manifest.field(pointer)[1]
    except (LookupError, TypeError):  # what stands there was made in another way than by copying
        return _NOTHING


def _from(pointer: Pointer, said: Mapping[Pointer, Node]) -> Iterator[Pointer]:
    """Yield the value of the line that an origin is, or is beneath of, else those that it is around of."""
    if any(pointer[:depth] in said for depth in range(len(pointer), 0, -1)):
        yield pointer
    else:
        yield from (each for each in said if each[: len(pointer)] == pointer)

"""Manifests that anybody wrote: the objects in a folder's files, or in a stream, each value with its line.

Owns which files are looked at and that nothing in them is passed over in silence. They are read as kubectl reads them.
Must not know what any kind means, nor how an object is judged.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitramp import body, scopes, yamlio
from gitramp.pointer import Pointer
from gitramp.problem import Code, Finding, InputRejected, Mark
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, Origin, ResourceId
from gitramp.source import Node, Snapshot, Values, plain

UNREADABLE = Code(
    "GR031",
    "a file of manifests that cannot be read",
    "What was not read was not judged.",
    "put a plain, readable file in its place, or take it out of the folder",
)
NOTHING = Code(
    "GR032",
    "no manifests where some were asked for",
    "A folder without objects proves nothing; a wrong path must not pass for a clean one.",
    "name the folder that holds the manifests; files end in .yaml, .yml or .json",
)
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_NO_OBJECTS = "kustomize.config.k8s.io"  # of Kustomize's own files, which no cluster takes


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a folder: where each stands, and the tree of values that findings are placed in."""

    values: Values
    documents: tuple[tuple[Pointer, Any], ...]
    findings: tuple[Finding, ...]


def snapshot(folder: Path, shown: str) -> Snapshot:
    """Take the files of manifests below a folder, or one file; `shown` is the folder as people call it."""
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in [folder] if folder.is_file() else _walk(folder):
        below = path.relative_to(folder).as_posix().encode("utf-8", "backslashreplace").decode()
        name = shown if path == folder else below if shown == "." else f"{shown.rstrip('/')}/{below}"
        found = _take(path, name)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            files[name] = found
    return Snapshot(files, tuple(findings))


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.suffix.lower() in _SUFFIXES:
            yield path


def _take(path: Path, shown: str) -> bytes | Finding:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return Finding(UNREADABLE, "is not a plain file", Mark(shown))
        if status.st_size > yamlio.MAX_BYTES:
            return yamlio.too_large(shown, status.st_size)
        return path.read_bytes()
    except OSError as error:
        return Finding(UNREADABLE, f"cannot be read: {error.strerror}", Mark(shown))


def read(taken: Snapshot, shown: str) -> Documents:
    """Read every document; what a `List` holds counts as documents, and what is for Kustomize alone is left out."""
    read: dict[str, Node] = {}
    findings = list(taken.findings)
    for path, content in taken.files.items():
        try:
            read[path] = Node(list(yamlio.read_manifests(path, content)), Mark(path))
        except InputRejected as rejected:
            findings.extend(rejected.report)
    found = tuple(
        each
        for path, node in read.items()
        for position, document in enumerate(plain(node))
        for each in _flat(document, (path, position))
    )
    if not found and not findings:
        findings.append(Finding(NOTHING, f"{shown} holds no manifests", Mark(shown)))
    return Documents(Values(shown, Node(dict(read), Mark(shown)), tuple(read)), found, tuple(findings))


def _flat(document: Any, at: Pointer) -> Iterator[tuple[Pointer, Any]]:
    if body.text(document, "apiVersion").startswith(f"{_NO_OBJECTS}/"):
        return
    listed = body.field(document, "items")
    if isinstance(listed, list) and body.text(document, "kind").endswith("List"):
        for position, item in enumerate(listed):
            yield from _flat(item, (*at, "items", position))
        return
    yield at, document


def objects(documents: Documents, namespace: str) -> ManifestSet:
    """Make objects of documents that are sound ones."""
    return ManifestSet.of(manifest(document, at, namespace) for at, document in documents.documents)


def manifest(document: dict[str, Any], at: Pointer, namespace: str) -> Manifest:
    """Make an object of a sound document at a place; one that says no namespace is applied to `namespace`."""
    group, _, version = document["apiVersion"].rpartition("/")
    gvk = GroupVersionKind(group, version, document["kind"])
    implied = namespace if scopes.is_of_cluster(group, gvk.kind) is False else ""
    known = ResourceId(gvk, document["metadata"].get("namespace") or implied, document["metadata"]["name"])
    origins: dict[Pointer, Origin] = {(key,): Origin(((*at, key),)) for key in document}
    return Manifest(known, document, origins, at)

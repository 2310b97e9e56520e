"""What earlier runs found sound in a workspace, for gates 4 and 5.

Owns whose verdicts count: those of this gitramp, these schemas and this kubeconform. Must not know how they are kept.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import gitramp
from gitramp import checks, kubeconform, memory
from gitramp.pipeline.built import Built
from gitramp.sound import Sound
from gitramp.workspace import EXTRA_SCHEMAS, Workspace


def known(workspace: Workspace) -> memory.Memory:
    """Return the memory of a workspace; it ends with any change of gitramp, of a schema or of kubeconform."""
    binary = kubeconform.find(workspace.tools)
    judges = [workspace.schemas, *([binary] if binary else [])]
    said = [kubeconform.version(binary)] if binary else []  # a wrapper stays the same when what it starts does not
    return memory.of(workspace, judges, *_own_code(), *said, *_own_schemas(workspace.root / EXTRA_SCHEMAS))


@functools.cache
def _own_code() -> tuple[str, ...]:
    """Return what tells this gitramp from another: what is imported stays what it is, whatever becomes of its files."""
    return tuple(memory.states(Path(gitramp.__file__).parent))


def _own_schemas(folder: Path) -> Iterator[str]:
    """Yield the schemas that a workspace brings, by what is in them: they are few, and edited by hand."""
    for path in sorted(folder.glob("*/*.json")):
        with suppress(OSError):
            yield f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def unknown_to_schemas(built: Built, sound: Sound) -> frozenset[str]:
    """Return the paths of the objects that no schema has been asked about as they are."""
    return frozenset(path for path, digest in _schema_digests(built) if digest not in sound.objects)


def all_sound(built: Built) -> Sound:
    """Return what is known of an environment whose run ended well: what rules and schemas were content with."""
    schemas = frozenset(digest for _, digest in _schema_digests(built))
    return replace(built.sound, objects=built.sound.objects | schemas)


def _schema_digests(built: Built) -> Iterator[tuple[str, bytes]]:
    platform = built.environment.platform
    versions = (platform.kubernetes.encode(), platform.istio.encode())
    for path, content in built.files:
        yield path, checks.digest(b"schema", *versions, path.encode("utf-8", "surrogateescape"), content)

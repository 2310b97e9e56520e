"""What earlier runs found sound in a workspace, for gates 4 and 5.

Owns whose verdicts count: those of this gitramp, these schemas and this kubeconform. Must not know how they are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gitramp
from gitramp import checks, kubeconform, memory
from gitramp.pipeline.built import Built
from gitramp.sound import Sound
from gitramp.workspace import EXTRA_SCHEMAS, Workspace


def known(workspace: Workspace) -> memory.Memory:
    """Return the memory of a workspace; it ends with any change of gitramp, of a schema or of kubeconform."""
    judges = [Path(gitramp.__file__).parent, workspace.schemas, workspace.root / EXTRA_SCHEMAS]
    binary = kubeconform.find(workspace.tools)
    return memory.of(workspace, [*judges, binary] if binary else judges)


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

"""The line asked backwards: which overlay lines made a rendered field.

Owns the search for the object that a path names. Must not know how answers are shown.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from gitramp import overlays, provenance, tree
from gitramp.pipeline.build import build
from gitramp.pointer import Pointer, read_pointer
from gitramp.problem import UsageError
from gitramp.secrets import HIDDEN, discreet, is_literal, names_secrets
from gitramp.source import show
from gitramp.workspace import RENDERED, Workspace, environment_of


@dataclass(frozen=True, slots=True)
class Explained:
    """A field of a rendered object and what made it; `inside` are the fields beneath it that overlays decide."""

    path: str
    pointer: Pointer
    subject: str
    trace: provenance.Trace
    inside: Mapping[Pointer, provenance.Trace]


def explain_field(workspace: Workspace, target: str) -> Explained:
    """Explain `rendered/<environment>/...yaml:/pointer`; without a pointer, the object as a whole.

    Raises UsageError when no object has that path or the object no such field.
    """
    path, _, text = target.partition(":")
    path = posixpath.normpath(path.replace("\\", "/").removeprefix(f"{workspace.root.as_posix()}/"))
    environment = environment_of(path)
    if not environment:
        message = f"{show(target)} is neither a code nor a file below {RENDERED}/<environment>/"
        raise UsageError(message)
    (built,) = build(overlays.snapshot(workspace.root), [environment])
    manifests = {tree.file_of(built.name, manifest): manifest for manifest in built.manifests}
    manifest = manifests.get(path)
    if manifest is None:
        near = get_close_matches(path, manifests, n=1)
        raise UsageError(f"nothing renders to {path}" + (f"; did you mean {near[0]}?" if near else ""))
    try:
        pointer = read_pointer(text)
        trace = _unseen(pointer, provenance.trace(manifest, pointer, built.values))
    except (KeyError, IndexError, ValueError, TypeError):
        raise UsageError(f"{manifest.id} has no field {text}; write it as a path, such as /metadata/name") from None
    below = [p for p in manifest.origins if p[: len(pointer)] == pointer and p != pointer]
    inside = {p: _unseen(p, provenance.trace(manifest, p, built.values)) for p in below}
    return Explained(path, pointer, str(manifest.id), trace, inside)


def _unseen(pointer: Pointer, trace: provenance.Trace) -> provenance.Trace:
    """Hide texts of which a name on the way says that they are secrets."""
    value = trace.value
    named = (*pointer, *(step for cause in trace.causes for step in cause.pointer))
    secret = any(map(names_secrets, (pointer, *(cause.pointer for cause in trace.causes))))
    if isinstance(value, str) and value not in named and is_literal(value) and secret:
        value = HIDDEN
    return replace(trace, value=discreet(value, tuple(map(str, pointer))), causes=tuple(map(_discreet, trace.causes)))


def _discreet(cause: provenance.Cause) -> provenance.Cause:
    if not names_secrets(cause.pointer):
        return cause
    plain = {"mapping", "list", "removed"}
    told = (s if s.shown in plain or not is_literal(s.shown) else s._replace(shown=HIDDEN) for s in cause.settings)
    return replace(cause, settings=tuple(told))

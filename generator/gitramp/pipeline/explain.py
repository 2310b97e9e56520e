"""The line asked backwards: what a code means, and which overlay lines made a rendered field.

Owns the search for the object that a path names and the catalogue of all codes. Must not know how answers are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from gitramp import checks, foreign, kubeconform, overlays, provenance, schemas, tree
from gitramp.overlays import codes as overlay_codes
from gitramp.parse import codes as parse_codes
from gitramp.patches import codes as patch_codes
from gitramp.pipeline import publish
from gitramp.pipeline.build import build
from gitramp.pointer import Pointer, read_pointer
from gitramp.problem import Code, UsageError
from gitramp.repo import codes as repo_codes
from gitramp.tree import codes as tree_codes
from gitramp.workspace import RENDERED, Workspace, environment_of
from gitramp.yamlio import codes as reading_codes

_STAGES = (
    reading_codes,
    overlay_codes,
    foreign,
    parse_codes,
    patch_codes,
    schemas,
    kubeconform,
    tree_codes,
    publish,
    repo_codes,
)


@dataclass(frozen=True, slots=True)
class Explained:
    """A field of a rendered object and what made it; `inside` are the fields beneath it that overlays decide."""

    path: str
    pointer: Pointer
    subject: str
    trace: provenance.Trace
    inside: Mapping[Pointer, provenance.Trace]


def every_code() -> Mapping[str, Code]:
    """Return every code gitramp can report, by number."""
    found = [value for stage in _STAGES for value in vars(stage).values() if isinstance(value, Code)]
    found.extend(rule.code for rule in checks.rules())
    return {code.number: code for code in sorted(found, key=str)}


def code_named(number: str) -> Code:
    """Return the code of a number; raises UsageError with the nearest one."""
    known = every_code()
    if number not in known:
        raise UsageError(f"there is no code {number}; the codes are {', '.join(known)}")
    return known[number]


def explain_field(workspace: Workspace, target: str) -> Explained:
    """Explain `rendered/<environment>/...yaml:/pointer`; without a pointer, the object as a whole.

    Raises UsageError when no object has that path or the object no such field.
    """
    path, _, text = target.partition(":")
    path = path.removeprefix(f"{workspace.root}/").removeprefix("./")
    environment = environment_of(path)
    if not environment:
        message = f"{target} is neither a code nor a file below {RENDERED}/<environment>/"
        raise UsageError(message)
    (built,) = build(overlays.snapshot(workspace.root), [environment])
    manifests = {tree.file_of(built.name, manifest): manifest for manifest in built.manifests}
    manifest = manifests.get(path)
    if manifest is None:
        near = get_close_matches(path, manifests, n=1)
        raise UsageError(f"nothing renders to {path}" + (f"; did you mean {near[0]}?" if near else ""))
    try:
        pointer = read_pointer(text)
        trace = provenance.trace(manifest, pointer, built.values)
    except (KeyError, IndexError, ValueError, TypeError):
        raise UsageError(f"{manifest.id} has no field {text}; write it as a path, such as /metadata/name") from None
    below = [p for p in manifest.origins if p[: len(pointer)] == pointer and p != pointer]
    inside = {p: provenance.trace(manifest, p, built.values) for p in below}
    return Explained(path, pointer, str(manifest.id), trace, inside)

"""Gate 5 without the binary: apply the pinned schemas to objects in this process.

Owns the lookup of a kind's schema file, in the layout that kubeconform's `-schema-location` uses. Must not know where
the schemas come from or where findings are shown.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gitramp.pointer import dotted
from gitramp.problem import Code, ToolError
from gitramp.resource import Breach, GroupVersionKind, Manifest

BREACH = Code(
    "GR601",
    "an object that its schema refuses",
    "The API server would refuse it, or drop the field in silence.",
    "mend the value; `gitramp explain FILE:/pointer` shows which overlay line set it",
)
NO_SCHEMA = Code(
    "GR602",
    "a kind without a schema",
    "What no schema describes cannot be validated, and unvalidated objects never count as valid.",
    "choose a platform version that has the kind, or put its JSON Schema beside environments/, as "
    "schemas/extra/<group>/<kind>_<version>.json in lower case; docs/hatches.md says where to get one",
)
BROKEN_SCHEMA = Code(
    "GR605",
    "a schema that cannot be used",
    "What a broken schema describes was not validated.",
    "restore the file, or run `make schemas`",
)

TOOL = "jsonschema-rs"
_COLLECTION = re.compile(r"\A[\[{].*[\]}](?= is | has | does )", re.DOTALL)
"""How jsonschema-rs begins when it quotes a list or mapping, with all that is in it."""
_SAYING = {"type", "properties", "$ref", "allOf", "anyOf", "oneOf"}


def apply(manifests: Iterable[Manifest], folders: Sequence[Path]) -> Iterator[tuple[Code, Breach]]:
    """Yield what the schemas in `folders`, first match wins, refuse in the manifests."""
    for manifest in manifests:
        validator = _validator(manifest.id.gvk, tuple(folders))
        if validator is None:
            yield NO_SCHEMA, Breach(_unknown(manifest.id.gvk), (), manifest)
        elif not validator.is_valid(manifest.body):
            for error in validator.iter_errors(manifest.body):
                pointer, _ = manifest.field(tuple(error.instance_path))
                yield (
                    BREACH,
                    Breach(f"{dotted(pointer)}: {_COLLECTION.sub('the value', error.message)}", pointer, manifest),
                )


def refuse_unusable(folder: Path) -> None:
    """Raise ToolError for the first file of the workspace's own schemas that is no JSON Schema, a CRD among them."""
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder.parent.parent).as_posix()
        schema, _ = _read(path, name)
        if not isinstance(schema, dict) or not _SAYING & schema.keys() or "spec" in schema:
            message = f"{name} says nothing about an object"
            remedy = "it is no JSON Schema: of a CustomResourceDefinition, take `openAPIV3Schema` of the version"
            raise ToolError(BROKEN_SCHEMA, message, remedy=remedy)


def _unknown(gvk: GroupVersionKind) -> str:
    return f"there is no schema for {gvk.api_version} {gvk.kind}"


@functools.cache
def _validator(gvk: GroupVersionKind, folders: tuple[Path, ...]) -> Any:
    for folder in folders:
        path = folder / (gvk.group or gvk.version) / f"{gvk.kind.lower()}_{gvk.version}.json"
        if path.is_file():
            return _read(path, path.name)[1]
    return None


def _read(path: Path, name: str) -> tuple[Any, Any]:
    """Return a schema and what validates by it; raises ToolError for a file that is no JSON Schema."""
    import jsonschema_rs  # noqa: PLC0415  29 ms that --help need not pay

    try:
        schema = json.loads(path.read_bytes())
        return schema, jsonschema_rs.validator_for(schema)
    except (ValueError, OSError) as error:  # ValueError: of json and of jsonschema-rs alike
        raise ToolError(BROKEN_SCHEMA, f"{name} is no JSON Schema", details=str(error)) from None

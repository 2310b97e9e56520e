"""Write `docs/reference.md`, every key of the overlay format on one page, from the overlay schema.

Owns the page's layout: what it says is decided by `gitramp.overlay_schema`. Must not know any key by name, but for the
two classes that share keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gitramp.overlay_schema import LARGEST, environment_schema

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference.md"
_OPENING = """\
# Reference of the overlay format

<!-- Written by `make reference` from schemas/environment.schema.json. -->

Every key of `environments/<name>.yaml`; a file `environments/<name>/services/<service>.yaml` holds one
[Service](#service). A key may be `null` anywhere: that removes what a layer beneath said. *Must be said* means once all
layers are merged.
"""
_HEADER = "| key | takes | default | meaning | example |\n|---|---|---|---|---|\n"
_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "mapping", "array": "list"}

Schema = dict[str, Any]


def reference() -> str:
    """Return the page: a section for the environment and one for each definition, in the order they are met."""
    schema = environment_schema()
    sections = {"Environment": schema}
    _collect(schema, schema["$defs"], sections)
    return _OPENING + "".join(_section(name, found, sections) for name, found in sections.items())


def _collect(schema: Schema, definitions: Schema, sections: dict[str, Schema]) -> None:
    met = [name for key in schema["properties"].values() for name in _references(key) if name not in sections]
    sections.update((name, definitions[name]) for name in met)
    for name in met:
        _collect(definitions[name], definitions, sections)


def _references(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        yield _name(schema["$ref"])
    for inner in (*schema.get("anyOf", ()), schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from _references(inner)


def _name(link: str) -> str:
    return link.rpartition("/")[2]


def _section(name: str, schema: Schema, sections: dict[str, Schema]) -> str:
    keys = dict(schema["properties"])
    about = schema.get("description", "The file itself: everything one environment runs, merged from its layers.")
    shared = ""
    if name == "Service":
        track = sections["Track"]["properties"]
        own = ", ".join(f"`{key}`" for key in track if key not in keys)
        keys = {key: value for key, value in keys.items() if key not in track}
        but = f" but {own}" if own else ""
        shared = f"\nBesides, every key of [Track](#track){but}: said here, all tracks of the service inherit it.\n"
    rows = "".join(_row(key, value) for key, value in keys.items())
    return f"\n## {name}\n\n{about}\n{shared}\n{_HEADER}{rows}"


def _row(key: str, schema: Schema) -> str:
    required = "*must be said*" if schema.get("x-required") else ""
    default = f"`{json.dumps(schema['default'])}`" if "default" in schema else required
    example = _code(json.dumps(schema["examples"][0], ensure_ascii=False)) if "examples" in schema else ""
    cells = (f"`{key}`", _takes(schema), default, schema.get("description", ""), example)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


def _takes(schema: Schema) -> str:
    if "$ref" in schema:
        name = _name(schema["$ref"])
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_takes(inner) for inner in schema["anyOf"] if inner.get("type") != "null")
    if "enum" in schema:
        return ", ".join(f"`{value}`" if value != "" else '`""`' for value in schema["enum"] if value is not None)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    words = " or ".join(_WORDS[kind] for kind in kinds if kind != "null")
    inner = schema.get("items") or schema.get("additionalProperties")
    if isinstance(inner, dict) and inner:
        return f"{words} of {_takes(inner)}"
    return f"{words}{_bounds(schema)}"


def _bounds(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    high = None if high == LARGEST else high
    if low is None and high is None:
        return ""
    return (
        f" {low}..{high}" if None not in {low, high} else f", at least {low}" if high is None else f", at most {high}"
    )


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(reference(), encoding="utf-8")

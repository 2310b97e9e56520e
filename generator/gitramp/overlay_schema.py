"""The overlay format as JSON Schema 2020-12, written from the model's own declarations.

Owns the translation of types to schema keywords. Must not know any key by name. One schema serves editors, which see
a single layer, and gate 2, which sees the merged overlay: a key may therefore be null (which removes it) and none is
required here; what must be there once merged is asked by `parse`.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin

from gitramp.model import Environment, KeyInfo, Service, key_info
from gitramp.model.key import MergePatch, ServicePiece, Upstream

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
LARGEST = 2**31 - 1  # the APIs' whole numbers are int32, which no schema of theirs says as a bound
_TYPE_NAMES = {str: "string", int: "integer", bool: "boolean", MergePatch: "object"}
_OPEN = {"additionalProperties": True, "x-upstream": True}


@functools.cache
def environment_schema() -> dict[str, Any]:
    """Return the schema of `environments/<name>.yaml`."""
    return _document(Environment, "An environment or a layer of gitramp", required=["apiVersion", "kind"])


@functools.cache
def service_schema() -> dict[str, Any]:
    """Return the schema of `environments/<name>/services/<service>.yaml`."""
    return _document(Service, "A service of gitramp in a file of its own", required=[])


def _document(model: type, title: str, required: list[str]) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    root = _closed(model, definitions)
    head = {"$schema": _DIALECT, "title": title, **root}
    if required:
        head["required"] = required
    return head | {"$defs": dict(sorted(definitions.items()))}


def _closed(model: type, definitions: dict[str, Any]) -> dict[str, Any]:
    properties = {info.name: _key_schema(info, definitions) for info in all_keys(model)}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def all_keys(model: type) -> tuple[KeyInfo, ...]:
    """Return the keys an overlay may say for a model: its own and those it shares with what is beneath it."""
    shared = getattr(model, "shared", None)
    return key_info(model) + (key_info(shared) if shared else ())


def _key_schema(info: KeyInfo, definitions: dict[str, Any]) -> dict[str, Any]:
    schema = {"description": info.description, **_nullable(_type_schema(info.type, definitions)), **info.keywords}
    if isinstance(info.default, (str, int)) and info.default != "":
        schema["default"] = info.default
    if "integer" in schema.get("type", ()):
        schema.setdefault("maximum", LARGEST)
    if info.required:
        schema["x-required"] = True  # for readers: once all layers are merged, which `parse` asks
    return schema | {"examples": [info.example]}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return schema  # a definition allows null itself
    if "enum" in schema:
        return {"enum": [*schema["enum"], None]}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return schema | {"type": [*kinds, "null"]}


def _type_schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _union_schema([a for a in arguments if a is not type(None)], definitions)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        items = _type_schema(arguments[0], definitions)
        return {"type": "array", "items": items | {"type": "object"} if "$ref" in items else items}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", **_values_schema(hint, definitions)}
    if hint is ServicePiece:
        hint = Service
    if hint in _TYPE_NAMES:
        return {"type": _TYPE_NAMES[hint], **(_OPEN if hint is MergePatch else {})}
    return _reference(hint, definitions)


def _values_schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if hint == Upstream:
        return dict(_OPEN)
    return {"additionalProperties": _nullable(_type_schema(get_args(hint)[1], definitions))}


def _union_schema(members: list[Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if len(members) == 1:
        return _type_schema(members[0], definitions)
    return {"type": [_TYPE_NAMES[member] for member in members]}


def _text_form(model: type) -> dict[str, Any]:
    """Return what lets a plain text stand for the mapping: its type, and the limits of the key it stands for."""
    name = getattr(model, "text_form", "")
    keywords = next((info.keywords for info in key_info(model) if info.name == name), None)
    return {} if keywords is None else {"type": ["string", "object"], **keywords}


def _reference(model: type, definitions: dict[str, Any]) -> dict[str, Any]:
    if model.__name__ not in definitions:
        definitions[model.__name__] = {}  # reserve: a model may hold itself
        about = (model.__doc__ or "").splitlines()[0]
        closed = _closed(model, definitions)
        own = getattr(model, "keywords", {})  # what the parser says when it is no mapping at all
        definitions[model.__name__] = {"description": about, **_nullable(closed | _text_form(model)), **own}
    return {"$ref": f"#/$defs/{model.__name__}"}

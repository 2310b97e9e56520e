"""How an upstream schema becomes a strict one: each keyword by a rule, unknown fields refused, equal parts said once.

Owns the conversion of one OpenAPI or CRD schema to draft-07. Must not know where schemas come from, nor which kinds
there are.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

BOUNDS = {bound + what for bound in ("max", "min") for what in ("imum", "Items", "Length", "Properties")}
CHECKED_LATER = {"x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-validations"}
KEPT = BOUNDS | CHECKED_LATER | {"default", "enum", "pattern", "required", "type"}
COMBINED = {"allOf", "anyOf", "not", "oneOf"}
CONVERTED = {"$ref", "additionalProperties", "format", "items", "nullable", "properties"}
CONVERTED |= {"x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields"}
DROPPED = {"description", "x-kubernetes-group-version-kind", "x-kubernetes-map-type", "x-kubernetes-unions"}
DROPPED |= {"x-kubernetes-patch-merge-key", "x-kubernetes-patch-strategy"}
IN_BRANCH = COMBINED | {"enum", "format", "properties", "required", "type"}
NESTED = ("additionalProperties", "items")
SHARED_FROM = 200  # characters; a reference to less saves little and sends the reader elsewhere
FORMATS = {"date-time", "ipv4", "ipv6"}  # every validator in use reads these alike, or not at all


def convert(node: Json) -> Json:
    """Turn one upstream schema into a strict one; a keyword without a rule here is an error, never a guess."""
    if unknown := node.keys() - KEPT - COMBINED - CONVERTED - DROPPED:
        raise ValueError(f"no rule for the schema keywords {sorted(unknown)}")
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    strict: Json = {key: node[key] for key in KEPT & node.keys() if (key, node[key]) != ("default", {})}
    if rules := strict.get("x-kubernetes-validations"):  # the rules are facts, their messages upstream's words
        strict["x-kubernetes-validations"] = [{k: v for k, v in r.items() if "message" not in k} for r in rules]
    if node.get("format") in FORMATS:
        strict["format"] = node["format"]
    for key in COMBINED & node.keys():
        strict[key] = branch(node[key])
    for key in {"additionalProperties", "items"} & node.keys():
        strict[key] = convert(node[key]) if isinstance(node[key], dict) else node[key]
    if "properties" in node:
        strict["properties"] = {name: convert(child) for name, child in node["properties"].items()}
        if not node.get("x-kubernetes-preserve-unknown-fields"):
            strict.setdefault("additionalProperties", False)
    require_what_defaults_refuse(strict)
    widen_type(strict, node)
    return strict


def branch(part: Any) -> Any:
    """Copy what stands under oneOf, anyOf, allOf or not: it describes a part of an object, so it stays open."""
    if isinstance(part, list):
        return [branch(item) for item in part]
    if part.keys() - IN_BRANCH or part.get("format", "ipv4") not in FORMATS:
        raise ValueError(f"no rule for the branch {part}")
    copied = {key: branch(value) if key in COMBINED else value for key, value in part.items()}
    if "properties" in part:
        copied["properties"] = {name: branch(child) for name, child in part["properties"].items()}
    return copied


def require_what_defaults_refuse(strict: Json) -> None:
    """Make a branch that refuses a default require that property: the API server defaults before it validates."""
    for name, child in strict.get("properties", {}).items():
        for part in (*strict.get("oneOf", ()), *strict.get("anyOf", ())):
            refused = part.get("properties", {}).get(name, {}).get("not", {}).get("enum", ())
            if "default" in child and child["default"] in refused:
                part["required"] = sorted({name, *part.get("required", ())})


def widen_type(strict: Json, node: Json) -> None:
    """Say in `type` what upstream says beside it: an integer or a string, and whether null is allowed."""
    if node.get("format") == "int-or-string" or node.get("x-kubernetes-int-or-string"):
        strict["type"] = ["integer", "string"]
        if strict.get("anyOf") == [{"type": "integer"}, {"type": "string"}]:
            del strict["anyOf"]
    if node.get("nullable") and "type" in strict:
        types = strict["type"] if isinstance(strict["type"], list) else [strict["type"]]
        strict["type"] = [*types, "null"]
        if "enum" in strict:
            strict["enum"] = [*strict["enum"], None]


def share(schema: Json) -> Json:
    """Let equal objects in a schema stand under `definitions` once; what the schema accepts stays the same."""
    counts: Counter[str] = Counter()
    labels: dict[str, str] = {}
    tally(schema, "", counts, labels)
    names: dict[str, str] = {}
    for text, label in labels.items():
        if counts[text] > 1:
            taken = {*names.values(), *schema["definitions"]}
            names[text] = next(n for i in itertools.count(1) if (n := f"{label}{i if i > 1 else ''}") not in taken)
    shared = {name: referring(json.loads(text), names) for text, name in names.items()}
    return {**referring(schema, names), "definitions": {**schema["definitions"], **shared}}


def tally(node: Json, label: str, counts: Counter[str], labels: dict[str, str]) -> None:
    """Count each object beneath a schema, by its text, and note the name under which it stands first."""
    below = [(name, child) for name, child in sorted(node.get("properties", {}).items())]
    below += [(label, node[key]) for key in NESTED if isinstance(node.get(key), dict)]
    for name, child in below:
        if "properties" in child and len(text := compact(child)) >= SHARED_FROM:
            counts[text] += 1
            if counts[text] > 1:
                continue  # what is inside is written once, however often the whole stands
            labels[text] = name
        tally(child, name, counts, labels)


def referring(node: Json, names: Mapping[str, str]) -> Json:
    """Copy a schema with a reference for each object beneath it that has a name."""

    def reference(child: Any) -> Any:
        if not isinstance(child, dict):
            return child
        name = names.get(compact(child)) if "properties" in child else None
        return {"$ref": f"#/definitions/{name}"} if name else referring(child, names)

    copied = {**node, **{key: reference(node[key]) for key in NESTED if key in node}}
    if "properties" in node:
        copied["properties"] = {name: reference(child) for name, child in node["properties"].items()}
    return copied


def compact(value: Any) -> str:
    """Return the one spelling of a JSON value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

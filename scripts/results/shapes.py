"""The words in which parts of a result are described: texts, numbers, places, lists, objects.

Owns how each is said in JSON Schema. Must not know any part.
"""

from __future__ import annotations

from typing import Any

from gitramp.problem import Severity

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
WHOLE: Json = {"type": "integer", "minimum": 0}
NUMBER: Json = {"type": "number", "minimum": 0}
FLAG: Json = {"type": "boolean"}
LINE: Json = {"type": ["integer", "null"], "minimum": 1}
PLACE: Json = {"path": MAYBE, "line": LINE, "column": LINE}
SEVERITY: Json = {"enum": [severity.value for severity in Severity]}
CODE: Json = {"type": "string", "pattern": "^GR[0-9]{3}$"}


def ref(name: str) -> Json:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def listed(items: Json) -> Json:
    """Return a list of these."""
    return {"type": "array", "items": items}


def mapped(values: Json) -> Json:
    """Return a mapping to these."""
    return {"type": "object", "additionalProperties": values}


def said(description: str, keys: Json, *, optional: Json | None = None) -> Json:
    """Return an object with these keys; more may come within an apiVersion."""
    properties = {**keys, **(optional or {})}
    return {"description": description, "type": "object", "required": list(keys), "properties": properties}


def maybe(shape: Json) -> Json:
    """Return this or null."""
    return {"anyOf": [shape, {"type": "null"}]}

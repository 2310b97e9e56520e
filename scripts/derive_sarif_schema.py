"""Derive `tests/sarif-2.1.0.schema.json` from the schema that OASIS publishes: what it demands, without its words.

    python scripts/derive_sarif_schema.py sarif-schema-2.1.0.json

The file is `sarif-2.1/schema/sarif-schema-2.1.0.json` of github.com/oasis-tcs/sarif-spec. Owns the conversion. Must not
know what gitramp writes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "tests" / "sarif-2.1.0.schema.json"
_COMMENT = (
    "Derived by scripts/derive_sarif_schema.py, without descriptions and defaults, from "
    "sarif-2.1/schema/sarif-schema-2.1.0.json of github.com/oasis-tcs/sarif-spec: Static Analysis Results Interchange "
    "Format (SARIF) Version 2.1.0. Copyright OASIS Open. OASIS permits copies and derivative works under the notices "
    "of https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"
)
_WORDS = {"description", "title", "default"}


def derive(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema without words, and with where it comes from."""
    return {"$comment": _COMMENT, **_stripped(schema)}


def _stripped(node: Any, *, names: bool = False) -> Any:
    """Drop what says nothing; `names` says that the keys of this mapping are those of a user's data."""
    if isinstance(node, list):
        return [_stripped(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if names or key not in _WORDS}
    inside = {"properties", "definitions"}
    return {key: _stripped(value, names=key in inside and not names) for key, value in kept.items()}


if __name__ == "__main__":
    published = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    TARGET.write_text(json.dumps(derive(published), indent=1) + "\n", encoding="utf-8")

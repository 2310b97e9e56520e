"""Write `schemas/environment.schema.json` and `schemas/service.schema.json` from the model.

Owns nothing but the two files: what is in them is decided by `gitramp.overlay_schema`.
"""

from __future__ import annotations

import json
from pathlib import Path

from gitramp.overlay_schema import environment_schema, service_schema

FOLDER = Path(__file__).resolve().parents[1] / "schemas"


def schema_files() -> dict[Path, str]:
    """Return path -> text of each overlay schema."""
    schemas = {"environment.schema.json": environment_schema(), "service.schema.json": service_schema()}
    return {FOLDER / name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}


if __name__ == "__main__":
    for path, text in schema_files().items():
        path.write_text(text, encoding="utf-8")

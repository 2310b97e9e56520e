"""Write `schemas/result.schema.json`: what `--output json` prints, for whoever reads it by program.

Owns the description of the envelope; `results` has its parts, to which a command's new key is added. That all of it is
true is tested on the output of every command. Must not know how the envelope is made.
"""

from __future__ import annotations

import json
from pathlib import Path

from results import answers, changes, ramps, runs
from results.shapes import FLAG, MAYBE, TEXT, WHOLE, Json, listed, ref, said

from gitramp.problem import Severity

TARGET = Path(__file__).resolve().parents[1] / "schemas" / "result.schema.json"
_ID = "https://raw.githubusercontent.com/gitramp/gitramp/main/schemas/result.schema.json"


def result_schema() -> Json:
    """Return the schema of the envelope."""
    counts = {severity.value: WHOLE for severity in Severity}
    envelope = said(
        "What a gitramp command prints with --output json. Within an apiVersion keys are only added.",
        {
            "apiVersion": {"const": "gitramp/v1alpha1"}, "kind": {"const": "Result"}, "gitramp": TEXT, "command": TEXT,
            "exitCode": {"enum": [0, 1, 2, 4, 5, 6, 7]}, "counts": said("Findings by severity.", counts),
            "findings": listed(ref("finding")), "allowed": listed(ref("allowed")),
        },
        optional={
            "outcome": ref("outcome"), "published": ref("published"), "judged": ref("judged"),
            "explained": {"anyOf": [ref("code"), ref("field")]}, "codes": listed(ref("code")), "routed": ref("routed"),
            "parity": ref("parity"), "diff": ref("diff"), "started": ref("started"),
            "impact": ref("impact"), "agreement": ref("agreement"),
            "plan": ref("plan"), "health": listed(ref("verdict")),
            "acted": ref("acted"), "aborted": listed(ref("acted")), "ran": listed(ref("acted")),
            "waiting": listed(ref("waiting")), "status": ref("status"), "history": ref("history"),
            "changed": {**FLAG, "description": "Whether a command changes overlays; `path` is the only one, if it is."},
            "path": MAYBE,
            "error": {"anyOf": [ref("fault"), TEXT]},
        },
    )  # fmt: skip
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": _ID, "title": "Result of a command"}
    return {**head, **envelope, "$defs": {**runs.parts(), **answers.parts(), **changes.parts(), **ramps.parts()}}


def text() -> str:
    """Return the file."""
    return json.dumps(result_schema(), indent=2) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")

"""What `--output json` prints is what `schemas/result.schema.json` says, and no key of it is unknown there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[1]
SCHEMA: dict[str, Any] = json.loads((ROOT / "schemas" / "result.schema.json").read_text())

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


def closed(node: Any) -> Any:
    """Refuse keys that the schema does not name: it leaves them to later versions, this version has none."""
    if isinstance(node, list):
        return [closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    inside = {key: closed(value) for key, value in node.items()}
    return {**inside, "additionalProperties": False} if "properties" in node and "required" in node else inside


STRICT = jsonschema.Draft202012Validator(closed(SCHEMA))


def check(done: subprocess.CompletedProcess[str], exit_code: int = 0) -> dict[str, Any]:
    assert done.returncode == exit_code, done.stdout + done.stderr
    body: dict[str, Any] = json.loads(done.stdout)
    assert [f"{error.json_path}: {error.message}" for error in STRICT.iter_errors(body)] == []
    assert body["exitCode"] == exit_code
    return body


def edit(workspace: Path, before: str, after: str) -> None:
    overlay = workspace / "environments" / "production.yaml"
    overlay.write_text(overlay.read_text().replace(before, after))


def test_schema_is_sound() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["validate"], "outcome"),
        (["render", "--check"], "outcome"),
        (["render"], "outcome"),
        (["validate", "--tree", "rendered/production"], "judged"),
        (["explain", "GR204"], "explained"),
        (["init", "new"], "started"),
        (["explain", "rendered/production/services/search/virtualservice.yaml:/spec"], "explained"),
        (
            ["explain", "rendered/production/services/search/virtualservice.yaml:/spec/http/1/route/0/weight"],
            "explained",
        ),
        (["codes"], "codes"),
        (["route", "-e", "production", "--host", "search.local", "--header", "x-track=canary"], "routed"),
        (["route", "-e", "production", "--host", "nobody.local"], "routed"),
        (["parity", "production", "staging"], "parity"),
        (["set", "search", "canary.weight", "25", "-e", "production"], "changed"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else each,
)
def test_result_is_what_the_schema_says(example: Path, gitramp: Gitramp, arguments: list[str], part: str) -> None:
    body = check(gitramp(*arguments, "-o", "json", cwd=example))
    assert part in body
    assert body["findings"] == []


def test_findings_are_what_the_schema_says(example: Path, gitramp: Gitramp) -> None:
    edit(example, "weight: 10", "weight: 25")
    assert check(gitramp("render", "--check", "-o", "json", cwd=example), 1)["counts"]["error"]
    edit(example, "weight: 25", "weight: 110")
    (found,) = check(gitramp("validate", "-o", "json", cwd=example), 1)["findings"]
    assert (found["code"], found["family"], found["line"], found["related"]) == ("GR204", "traffic", 15, [])


def test_rendered_place_is_among_the_related(gitramp: Gitramp) -> None:
    (found,) = check(gitramp("validate", "-o", "json", cwd=ROOT / "tests" / "checks" / "GR312" / "bad"), 1)["findings"]
    (other,) = found["related"]
    assert (other["message"], other["line"]) == ("rendered", 27)


def test_faults_are_what_the_schema_says(example: Path, gitramp: Gitramp) -> None:
    assert check(gitramp("validate", "-e", "nope", "-o", "json", cwd=example), 2)["error"]
    (example / ".gitramp").write_text("")
    assert check(gitramp("render", "-o", "json", cwd=example), 4)["error"]["code"] == "GR706"


def test_plan_and_commit_are_what_the_schema_says(example: Path, gitramp: Gitramp) -> None:
    for argv in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-qm", "start"],
        ["config", "user.name", "A"],
        ["config", "user.email", "a@b.c"],
    ):
        subprocess.run(["git", *argv], cwd=example, check=True, capture_output=True)
    edit(example, "weight: 10", "weight: 25")
    assert check(gitramp("plan", "-o", "json", cwd=example))["plan"]["safe"]
    assert check(gitramp("commit", "-o", "json", cwd=example))["published"]["commit"]
    assert check(gitramp("commit", "-o", "json", cwd=example))["published"]["commit"] is None

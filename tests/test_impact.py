"""`gitramp impact`: what an overlay line reaches, the other direction of `explain`, from the same origins."""

from __future__ import annotations

import functools
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gitramp import overlays, provenance, tree
from gitramp.pipeline import Built, build
from gitramp.pipeline.impact import _reach
from gitramp.pointer import Pointer

ROOT = Path(__file__).resolve().parents[1]
Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


def test_line_of_a_weight_reaches_both_shares(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("impact", "environments/production.yaml:15", cwd=example)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "environments/production.yaml:15  weight: 10\n"
        "production: 2 fields in 1 file\n"
        "  rendered/production/services/search/virtualservice.yaml\n"
        "    /spec/http/1/route/0/weight = 90 (90 = 100 - canary.weight)\n"
        "    /spec/http/1/route/1/weight = 10 (canary.weight; stable gets 90 = 100 - canary.weight)\n"
    )


def test_line_of_a_layer_reaches_every_environment_and_says_who_overrides_it(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("impact", f"{example}/environments/base.yaml:26:5", "--output", "json", cwd=example)
    told = json.loads(done.stdout)["impact"]
    assert told["line"] == 26
    assert {each["name"]: len(each["fields"]) for each in told["environments"]} == {
        "dev": 0,
        "production": 0,
        "staging": 2,
    }
    overridden = {each["name"]: [o["by"] for o in each["overridden"]] for each in told["environments"]}
    assert overridden["dev"][0].startswith("environments/dev.yaml:10:")


def test_line_of_a_mapping_reaches_what_is_beneath(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("impact", "environments/production.yaml:13", cwd=example)
    assert "/spec/http/1/route/1/weight = 10" in done.stdout
    assert "virtualservice.yaml" in done.stdout


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("environments/nobody.yaml:1", "there is no overlay environments/nobody.yaml"),
        ("environments/base.yaml:9999", "environments/base.yaml has "),
        ("environments/base.yaml:0", "environments/base.yaml has "),
        ("environments/base.yaml", "write it as environments/base.yaml:12"),
        ("README.md:3", "write it as environments/base.yaml:12"),
    ],
)
def test_what_is_no_line_is_told(example: Path, gitramp: Gitramp, target: str, said: str) -> None:
    done = gitramp("impact", target, cwd=example)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_comment_says_no_value(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("impact", "environments/production.yaml:3", cwd=example)
    assert "production: the line says no value" in done.stdout


@functools.cache
def everything() -> tuple[Built, ...]:
    return build(overlays.snapshot(ROOT))


def causes(built: Built) -> dict[tuple[str, int], set[tuple[str, Pointer]]]:
    """Ask `explain`'s way: each field with an origin, by the line that won."""
    found: dict[tuple[str, int], set[tuple[str, Pointer]]] = {}
    for manifest in built.manifests:
        for pointer in manifest.origins:
            for cause in provenance.trace(manifest, pointer, built.values).causes:
                mark = cause.settings[-1].mark
                if cause.exact:
                    found.setdefault((mark.path, mark.line), set()).add((tree.file_of(built.name, manifest), pointer))
    return found


@pytest.mark.parametrize("name", ["dev", "staging", "production", "production-eu"])
def test_both_directions_agree(name: str) -> None:
    (built,) = [each for each in everything() if each.name == name]
    for (path, line), fields in causes(built).items():
        reached = {(field.path, field.pointer) for field in _reach(built, path, line).fields}
        assert fields <= reached, f"{path}:{line}"

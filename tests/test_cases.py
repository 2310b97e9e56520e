"""Golden trees: each folder of `cases/` holds overlays and the tree they must render to, byte for byte."""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path

import pytest

from gitramp import overlays, tree
from gitramp.pipeline import build

CASES = Path(__file__).parent / "cases"
EXAMPLE = Path(__file__).resolve().parents[1]


def rendered(workspace: Path) -> dict[str, bytes]:
    built = build(overlays.snapshot(workspace))
    return {path: content for b in built for path, content in tree.rendered_tree(b.name, b.manifests).items()}


def committed(workspace: Path) -> dict[str, bytes]:
    files = (path for path in (workspace / "rendered").rglob("*") if path.is_file())
    return {path.relative_to(workspace).as_posix(): path.read_bytes() for path in files}


def differences(expected: dict[str, bytes], actual: dict[str, bytes]) -> str:
    """Return a unified diff over all files, empty when the trees are equal."""
    lines: list[str] = []
    for path in sorted(expected.keys() | actual.keys()):
        before, after = (side.get(path, b"").decode().splitlines(keepends=True) for side in (expected, actual))
        lines += difflib.unified_diff(before, after, f"expected/{path}", f"rendered/{path}")
    return "".join(lines)


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir() if path.is_dir()))
def test_case_renders_to_its_golden_tree(case: str, request: pytest.FixtureRequest) -> None:
    actual = rendered(CASES / case)
    if request.config.getoption("--update-goldens"):
        shutil.rmtree(CASES / case / "rendered", ignore_errors=True)
        for path, content in actual.items():
            target = CASES / case / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    assert differences(committed(CASES / case), actual) == ""


def test_worked_example_is_rendered_as_committed() -> None:
    assert differences(committed(EXAMPLE), rendered(EXAMPLE)) == ""

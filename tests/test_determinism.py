"""The same overlays give the same bytes, wherever and however they are rendered."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]

Tree = dict[str, bytes]


def tree(workspace: Path) -> Tree:
    files = (path for path in (workspace / "rendered").rglob("*") if path.is_file())
    return {path.relative_to(workspace).as_posix(): path.read_bytes() for path in files}


def shuffled(value: Any, chance: random.Random) -> Any:
    """Return a tree with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


def rendered(workspace: Path, **environment: str) -> Tree:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), **environment}
    argv = [sys.executable, "-m", "gitramp", "render", "--quiet"]
    done = subprocess.run(argv, cwd=workspace, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return tree(workspace)


def overlays_in(folder: Path, *, chance: random.Random | None = None) -> Path:
    """Copy the example's overlays, written in another order and, when asked, with their keys in another order."""
    (folder / "environments").mkdir(parents=True)
    paths = sorted((ROOT / "environments").iterdir(), reverse=True)
    for path in paths:
        text = path.read_text()
        if chance is not None:
            text = yaml.safe_dump(shuffled(yaml.safe_load(text), chance), sort_keys=False, allow_unicode=True)
        (folder / "environments" / path.name).write_text(text)
    return folder


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "4294967295"},
        {"TZ": "Pacific/Kiritimati"},
        {"LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        {"LC_ALL": "tr_TR.UTF-8"},
        {"HOME": "/nonexistent", "USER": "somebody"},
        {"PYTHONOPTIMIZE": "1"},
    ],
    ids=",".join,
)
def test_surroundings_do_not_show(environment: dict[str, str], tmp_path: Path) -> None:
    assert rendered(overlays_in(tmp_path / "a folder # of {{another}} name"), **environment) == tree(ROOT)


@pytest.mark.parametrize("seed", range(3))
def test_order_of_keys_does_not_show(seed: int, tmp_path: Path) -> None:
    assert rendered(overlays_in(tmp_path / "shuffled", chance=random.Random(seed))) == tree(ROOT)


def test_rendering_twice_writes_nothing_the_second_time(tmp_path: Path) -> None:
    workspace = overlays_in(tmp_path / "twice")
    first = rendered(workspace)
    stamps = {path: path.stat().st_mtime_ns for path in (workspace / "rendered").rglob("*")}
    assert rendered(workspace) == first
    assert {path: path.stat().st_mtime_ns for path in (workspace / "rendered").rglob("*")} == stamps

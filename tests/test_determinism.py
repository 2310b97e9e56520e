"""The same overlays give the same bytes, wherever and however they are rendered."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import process

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


def rendered(workspace: Path, environment: Mapping[str, str] | None = None, umask: int = -1) -> Tree:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), **(environment or {})}
    argv = [sys.executable, "-m", "gitramp", "render", "--quiet"]
    done = subprocess.run(
        argv, cwd=workspace, env=env, umask=umask, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return tree(workspace)


def rendered_like_any(workspace: Path) -> Tree:
    done = process.run("render", "--quiet", cwd=workspace)
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
        {"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns"},
        {"PYTHONHASHSEED": "3", "HOME": "/nonexistent", "USER": "somebody"},
        {"PYTHONHASHSEED": "4", "PYTHONOPTIMIZE": "1"},
        {"PYTHONHASHSEED": "4294967295", "TMPDIR": "/dev/shm"},
    ],
    ids=",".join,
)
def test_surroundings_do_not_show(environment: dict[str, str], tmp_path: Path) -> None:
    assert rendered(overlays_in(tmp_path / "a folder # of {{another}} name"), environment) == tree(ROOT)


@pytest.mark.parametrize("seed", range(3))
def test_order_of_keys_does_not_show(seed: int, tmp_path: Path) -> None:
    assert rendered_like_any(overlays_in(tmp_path / "shuffled", chance=random.Random(seed))) == tree(ROOT)


def test_umask_does_not_show(tmp_path: Path) -> None:
    assert rendered(overlays_in(tmp_path / "private"), umask=0o077) == tree(ROOT)


def test_services_in_files_of_their_own_render_to_the_same_bytes(tmp_path: Path) -> None:
    workspace = overlays_in(tmp_path / "split")
    for path in sorted((workspace / "environments").iterdir()):
        overlay = yaml.safe_load(path.read_text())
        folder = path.with_suffix("") / "services"
        folder.mkdir(parents=True)
        for name, service in overlay.pop("services").items():
            (folder / f"{name}.yaml").write_text(yaml.safe_dump(service, sort_keys=False))
        path.write_text(yaml.safe_dump(overlay, sort_keys=False))
    assert rendered_like_any(workspace) == tree(ROOT)


def test_order_in_which_the_disk_lists_files_does_not_show(tmp_path: Path) -> None:
    """No file system promises an order; here it is turned round."""
    workspace = overlays_in(tmp_path / "listed")
    program = (
        "import os\n"
        "listed, scanned = os.listdir, os.scandir\n"
        "os.listdir = lambda *a: sorted(listed(*a), reverse=True)\n"
        "class Scan(list):\n"
        "    __enter__, __exit__ = lambda self: iter(self), lambda *a: None\n"
        "    close = lambda self: None\n"
        "os.scandir = lambda *a: Scan(sorted(scanned(*a), key=lambda e: e.name, reverse=True))\n"
        "import sys; sys.argv = ['gitramp', 'render', '--quiet']\n"
        "from gitramp.cli import main; main()\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=workspace, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(workspace) == tree(ROOT)


def test_rendering_twice_writes_nothing_the_second_time(tmp_path: Path) -> None:
    workspace = overlays_in(tmp_path / "twice")
    first = rendered(workspace)
    stamps = {path: path.stat().st_mtime_ns for path in (workspace / "rendered").rglob("*")}
    assert rendered(workspace) == first
    assert {path: path.stat().st_mtime_ns for path in (workspace / "rendered").rglob("*")} == stamps

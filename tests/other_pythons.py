"""The worked example rendered by every Python here that gitramp supports: the bytes must be those that are committed.

A program, not a test: it installs the project once a version. Run it as `python tests/other_pythons.py`; it prints what
it proved, and ends with 1 when a version renders something else or cannot be set up.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)

Tree = dict[str, bytes]


def candidates() -> Iterator[Path]:
    """Yield what may be an interpreter: on PATH, and those of pyenv and uv."""
    for folder in os.get_exec_path():
        yield from sorted(Path(folder).glob("python3.[0-9]*"))
    yield from sorted(Path.home().glob(".pyenv/versions/*/bin/python3"))
    yield from sorted(Path.home().glob(".local/share/uv/python/*/bin/python3"))
    yield Path(sys.executable)


def interpreters() -> dict[tuple[int, ...], Path]:
    """Return one working interpreter a minor version, the oldest that is supported and newer."""
    found: dict[tuple[int, ...], Path] = {}
    ask = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
    for path in candidates():
        if not re.fullmatch(r"python3(\.\d+)?", path.name) and path != Path(sys.executable):
            continue
        try:
            done = subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:  # a shim of pyenv answers only for the versions that are switched on
            found.setdefault(tuple(map(int, done.stdout.split())), path)
    return {version: found[version] for version in sorted(found) if version >= OLDEST}


def tree(workspace: Path) -> Tree:
    """Return the rendered files of a workspace."""
    files = (path for path in (workspace / "rendered").rglob("*") if path.is_file())
    return {path.relative_to(workspace).as_posix(): path.read_bytes() for path in files}


def fault_of(python: Path, folder: Path) -> str:
    """Install the project for an interpreter, away from the checkout, and render; say what is wrong, or nothing."""
    workspace = folder / "workspace"
    shutil.copytree(ROOT / "environments", workspace / "environments")
    own = folder / "venv" / "bin" / "python"
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    steps: list[list[str | Path]] = [
        [python, "-m", "venv", folder / "venv"],
        [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ROOT],
        [own, "-W", "error", "-m", "gitramp", "render", "--quiet"],
    ]
    for argv in steps:
        done = subprocess.run(argv, cwd=workspace, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"{' '.join(map(str, argv))} ended with {done.returncode}\n{done.stdout}{done.stderr}"
    rendered, committed = tree(workspace), tree(ROOT)
    different = sorted(path for path in {*rendered, *committed} if rendered.get(path) != committed.get(path))
    return f"other bytes in {', '.join(different)}" if different else ""


def main() -> int:
    """Try each interpreter; return the exit code."""
    failed = False
    for version, python in interpreters().items():
        name = ".".join(map(str, version))
        with tempfile.TemporaryDirectory(prefix=f"gitramp-{name}-") as folder:
            fault = fault_of(python, Path(folder))
        print(f"Python {name} ({python}): {fault or 'the same bytes'}", flush=True)
        failed = failed or bool(fault)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

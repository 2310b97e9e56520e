"""The wheel, built and used as an installed gitramp would be: no checkout beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds what the wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    argv = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_wheel_holds_types_schemas_and_licences(installed: Path) -> None:
    assert (installed / "gitramp" / "py.typed").is_file()
    assert (installed / "gitramp" / "schemas" / "kubernetes" / "1.37" / "apps" / "deployment_v1.json").is_file()
    licences = {path.name for path in installed.glob("gitramp-*.dist-info/licenses/*")}
    assert licences == {"LICENSE", "NOTICE"}
    assert {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")} == {"gitramp"}


def test_installed_gitramp_renders_the_example_with_its_own_schemas(installed: Path, example: Path) -> None:
    argv = [sys.executable, "-m", "gitramp", "render", "--fail-if-changed"]
    env = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(argv, cwd=example, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "132 objects valid" in done.stdout

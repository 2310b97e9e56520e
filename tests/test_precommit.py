"""The hooks, run by the real pre-commit in a real repository of a user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import process

ROOT = Path(__file__).resolve().parents[1]
CONFIG = """\
repos:
  - repo: {hooks}
    rev: v1
    hooks: [{{id: gitramp-render-system}}, {{id: gitramp-validate-system}}]
"""


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def repository(folder: Path) -> Path:
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a user's repository with the worked example, committed, and gitramp's hooks installed."""
    (tmp_path / "gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.com\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    bin_of_hooks = process.script(tmp_path / "bin" / "gitramp").parent
    monkeypatch.setenv(
        "PATH", os.pathsep.join([str(bin_of_hooks), str(Path(sys.executable).parent), os.environ["PATH"]])
    )
    hooks = repository(tmp_path / "hooks")
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
    git(hooks, "add", ".")
    git(hooks, "commit", "--quiet", "--message", "hooks")
    git(hooks, "tag", "v1")
    folder = repository(tmp_path / "workspace")
    for name in ("environments", "rendered"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / ".pre-commit-config.yaml").write_text(CONFIG.format(hooks=hooks))
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "start")
    subprocess.run(["pre-commit", "install"], cwd=folder, check=True, capture_output=True)
    return folder


def edit_weight(workspace: Path, weight: str) -> None:
    overlay = workspace / "environments" / "production.yaml"
    overlay.write_text(overlay.read_text().replace("weight: 10", f"weight: {weight}"))
    git(workspace, "add", "environments")


def test_bad_weight_blocks_the_commit_and_names_the_line(workspace: Path) -> None:
    edit_weight(workspace, "110")
    done = git(workspace, "commit", "--message", "too much")
    assert done.returncode == 1
    assert "environments/production.yaml:15:15: error GR204 canary weight 110 is outside 0..100" in done.stderr
    assert git(workspace, "log", "--oneline").stdout.count("\n") == 1
    assert git(workspace, "status", "--porcelain").stdout == "M  environments/production.yaml\n"


def test_good_edit_is_rendered_and_asks_to_add_the_files(workspace: Path) -> None:
    edit_weight(workspace, "25")
    done = git(workspace, "commit", "--message", "more")
    assert done.returncode == 1
    assert "git add rendered" in done.stderr
    assert (
        " M rendered/production/services/search/virtualservice.yaml" in git(workspace, "status", "--porcelain").stdout
    )
    git(workspace, "add", "rendered")
    assert git(workspace, "commit", "--message", "more").returncode == 0
    assert git(workspace, "status", "--porcelain").stdout == ""


def test_hand_edit_of_rendered_is_undone_and_told(workspace: Path) -> None:
    file = workspace / "rendered" / "production" / "services" / "search" / "virtualservice.yaml"
    before = file.read_text()
    file.write_text(before.replace("weight: 90", "weight: 80"))
    git(workspace, "add", "rendered")
    assert git(workspace, "commit", "--message", "by hand").returncode == 1
    assert file.read_text() == before


def test_own_configuration_uses_the_shipped_hooks() -> None:
    shipped = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    ours = {hook["id"]: hook for hook in local["hooks"]}
    for name in ("gitramp-render", "gitramp-validate"):
        assert ours[name]["entry"] == f".venv/bin/{shipped[name]['entry']}"
        assert shipped[f"{name}-system"]["entry"] == shipped[name]["entry"]
        assert not ours[name]["pass_filenames"]
        assert not shipped[name]["pass_filenames"]

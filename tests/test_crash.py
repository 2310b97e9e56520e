"""A run killed at any touch of the disk leaves, after the next run, wholly the old or wholly the new tree."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gitramp import pipeline
from gitramp.problem import InputRejected
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
POINTS = 110
OLD = """\
apiVersion: gitramp/v1alpha1
kind: Environment
services:
  search:
    port: 8080
    tracks: {v1: {image: "ghcr.io/acme/search:1.4.2"}}
  leaving:
    port: 8080
    tracks: {v1: {image: "ghcr.io/acme/leaving:1.0.0", namespace: services-old}}
"""
NEW = """\
apiVersion: gitramp/v1alpha1
kind: Environment
services:
  search:
    port: 8081
    tracks: {v1: {image: "ghcr.io/acme/search:1.5.0"}}
  coming:
    port: 8080
    tracks: {v1: {image: "ghcr.io/acme/coming:1.0.0", namespace: services-new}}
"""
BROKEN = "apiVersion: gitramp/v1alpha1\nkind: Environment\nservices: 1\n"

TOUCHES = ("open", "fdopen", "replace", "unlink", "mkdir", "rmdir", "close")

Tree = dict[str, bytes]


def write_overlay(workspace: Path, overlay: str) -> None:
    (workspace / "environments" / "production.yaml").write_text(overlay)


def tree(workspace: Path) -> Tree:
    files = (path for path in (workspace / "rendered").rglob("*") if path.is_file())
    return {path.relative_to(workspace).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Tree, Tree]]:
    """Return a workspace rendered from OLD, with the trees of OLD and of NEW."""
    workspace = tmp_path_factory.mktemp("workspace")
    (workspace / "environments").mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", "/nowhere")  # kubeconform touches the disk too; asked is our own order of writes
        write_overlay(workspace, NEW)
        pipeline.render(Workspace(workspace))
        new = tree(workspace)
        write_overlay(workspace, OLD)
        pipeline.render(Workspace(workspace))
        yield workspace, tree(workspace), new


def copy_of(template: Path, folder: Path) -> Path:
    shutil.copytree(template, folder)
    write_overlay(folder, NEW)
    return folder


def killed_render(workspace: Path, point: int) -> int:
    """Render in a child process that is killed, as by SIGKILL, at its n-th touch of the disk.

    Returns how often the disk was touched when the point was never reached, else -9.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        counted = count_touches(point)
        pipeline.render(Workspace(workspace))
        os.write(writer, str(counted[0]).encode())
        os._exit(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    said = os.read(reader, 20)
    os.close(reader)
    return int(said) if os.waitstatus_to_exitcode(status) == 0 else os.waitstatus_to_exitcode(status)


def count_touches(fatal: int) -> list[int]:
    """Wrap the functions that touch the disk; return the running count."""
    count = [0]

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def touch(*arguments: Any, **options: Any) -> Any:
            count[0] += 1
            if count[0] == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)

        return touch

    for name in TOUCHES:
        setattr(os, name, counted(getattr(os, name)))
    return count


def recovered(workspace: Path, old: Tree, new: Tree) -> str:
    """Let the next run only recover, for its overlay is broken; say which tree it leaves."""
    write_overlay(workspace, BROKEN)
    with pytest.raises(InputRejected):
        pipeline.render(Workspace(workspace))
    after = tree(workspace)
    assert after in (old, new), f"{workspace.name}: a mixed tree"
    write_overlay(workspace, NEW)
    pipeline.render(Workspace(workspace))
    assert tree(workspace) == new
    assert sorted(path.name for path in (workspace / ".gitramp").iterdir()) == [".gitignore", "lock"]
    assert not list((workspace / "rendered").rglob("services-old"))
    return "old" if after == old else "new"


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_killed_anywhere_the_tree_is_wholly_old_or_new(rendered: tuple[Path, Tree, Tree], tmp_path: Path) -> None:
    template, old, new = rendered
    assert old != new
    total = killed_render(copy_of(template, tmp_path / "whole"), 0)
    points = sorted({1 + step * (total - 1) // (POINTS - 1) for step in range(POINTS)})
    assert len(points) >= 100
    found: list[str] = []
    for point in points:
        workspace = copy_of(template, tmp_path / str(point))
        assert killed_render(workspace, point) == -signal.SIGKILL
        found.append(recovered(workspace, old, new))
    assert set(found) == {"old", "new"}
    assert found == sorted(found, reverse=True), "once past the point of no return, never back"


def command(workspace: Path, program: list[str]) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    return subprocess.run(
        [sys.executable, *program], cwd=workspace, env=env, capture_output=True, text=True, check=False, timeout=60
    )


def test_two_renders_at_once_take_turns(rendered: tuple[Path, Tree, Tree], tmp_path: Path) -> None:
    template, _, new = rendered
    copy_of(template, tmp_path / "both")
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: command(tmp_path / "both", ["-m", "gitramp", "render"]), range(4)))
    assert [d.returncode for d in done] == [0, 0, 0, 0], [d.stderr for d in done]
    assert tree(tmp_path / "both") == new


def test_workspace_that_cannot_be_written_is_told_and_left(rendered: tuple[Path, Tree, Tree], tmp_path: Path) -> None:
    """A file where the state folder belongs stands for every disk that refuses: root may write everywhere else."""
    template, old, _ = rendered
    workspace = copy_of(template, tmp_path / "refused")
    shutil.rmtree(workspace / ".gitramp")
    (workspace / ".gitramp").write_text("")
    done = command(workspace, ["-m", "gitramp", "render"])
    assert done.returncode == 4
    assert "error GR706" in done.stderr
    assert tree(workspace) == old


def test_disk_that_is_full_leaves_the_old_tree(rendered: tuple[Path, Tree, Tree], tmp_path: Path) -> None:
    """A limit on file size makes the kernel refuse the write, as a full disk does."""
    template, old, new = rendered
    workspace = copy_of(template, tmp_path / "full")
    program = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700)); from gitramp.cli import main; main()"
    )
    done = command(workspace, ["-c", program, "render"])
    assert done.returncode == 4, done.stderr
    assert "error GR706" in done.stderr
    assert tree(workspace) == old
    assert recovered(workspace, old, new) == "old"

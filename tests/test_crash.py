"""A run killed at any touch of the disk leaves, after the next run, wholly the old or wholly the new tree."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gitramp import pipeline
from gitramp import tree as rendered_tree
from gitramp.problem import InputRejected, ToolError
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
POINTS = 110
FEWER = 24
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

FORKS = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
REFUSABLE = ("open", "fdopen", "replace", "unlink", "mkdir", "rmdir")
TOUCHES = (*REFUSABLE, "close")

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
    status, said = faulty_render(workspace, point, lambda: os.kill(os.getpid(), signal.SIGKILL))
    return int(said.removeprefix("done ")) if status == 0 else status


def faulty_render(
    workspace: Path,
    first: int,
    fault: Callable[[], object],
    *,
    last: int | None = None,
    touches: Sequence[str] = TOUCHES,
) -> tuple[int, str]:
    """Render in a child process to which something happens from its first to its last touch of the disk.

    Returns how the child ended, and what it said: `done` with the number of touches, or the exception.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        write, leave = os.write, os._exit
        count = count_touches(touches, range(first, (last or first) + 1), fault)
        try:
            pipeline.render(Workspace(workspace))
            said = f"done {count[0]}"
        except BaseException as error:  # noqa: BLE001  whatever ends it, the child must not become a second pytest
            said = f"{type(error).__name__} {error}"
        write(writer, said.encode()[:500])
        leave(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    said = os.read(reader, 500).decode()
    os.close(reader)
    return os.waitstatus_to_exitcode(status), said


def count_touches(names: Sequence[str], fatal: range, fault: Callable[[], object]) -> list[int]:
    """Wrap the functions that touch the disk, so that some of the calls end in a fault; return the running count."""
    count = [0]

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def touch(*arguments: Any, **options: Any) -> Any:
            count[0] += 1
            if count[0] in fatal:
                fault()
            return function(*arguments, **options)

        return touch

    for name in names:
        setattr(os, name, counted(getattr(os, name)))
    return count


def spread(total: int, number: int) -> list[int]:
    """Return that many points from the first to the last touch."""
    return sorted({1 + step * (total - 1) // (number - 1) for step in range(number)})


def recovered(workspace: Path, old: Tree, new: Tree) -> str:
    """Let the next run only recover, for its overlay is broken; say which tree it leaves."""
    write_overlay(workspace, BROKEN)
    with pytest.raises(InputRejected):
        pipeline.render(Workspace(workspace))
    after = tree(workspace)
    left = "old" if after == old else "new" if after == new else "mixed"
    assert left in {"old", "new"}, f"touch {workspace.name}"
    write_overlay(workspace, NEW)
    pipeline.render(Workspace(workspace))
    assert tree(workspace) == new
    assert {path.name for path in (workspace / ".gitramp").iterdir()} - {"sound"} == {".gitignore", "lock"}
    assert not list((workspace / "rendered").rglob("services-old"))
    return left


@FORKS
def test_killed_anywhere_the_tree_is_wholly_old_or_new(rendered: tuple[Path, Tree, Tree], tmp_path: Path) -> None:
    template, old, new = rendered
    assert old != new
    total = killed_render(copy_of(template, tmp_path / "whole"), 0)
    points = spread(total, POINTS)
    assert len(points) >= 100
    found: list[str] = []
    for point in points:
        workspace = copy_of(template, tmp_path / str(point))
        assert killed_render(workspace, point) == -signal.SIGKILL
        found.append(recovered(workspace, old, new))
    assert set(found) == {"old", "new"}
    assert found == sorted(found, reverse=True), "once past the point of no return, never back"


@FORKS
def test_killed_in_the_recovery_too_the_tree_is_wholly_old_or_new(
    rendered: tuple[Path, Tree, Tree], tmp_path: Path
) -> None:
    template, old, new = rendered
    total = killed_render(copy_of(template, tmp_path / "whole"), 0)
    found: list[str] = []
    for first in spread(total, 8):
        for second in (5, 12, 20, 28):
            workspace = copy_of(template, tmp_path / f"{first}-{second}")
            assert killed_render(workspace, first) == -signal.SIGKILL
            assert killed_render(workspace, second) == -signal.SIGKILL
            found.append(recovered(workspace, old, new))
    assert set(found) == {"old", "new"}


@FORKS
def test_first_render_killed_anywhere_leaves_nothing_or_all(rendered: tuple[Path, Tree, Tree], tmp_path: Path) -> None:
    template, _, new = rendered

    def fresh(name: str) -> Path:
        workspace = copy_of(template, tmp_path / name)
        shutil.rmtree(workspace / "rendered")
        shutil.rmtree(workspace / ".gitramp")
        return workspace

    found: list[str] = []
    for point in spread(killed_render(fresh("whole"), 0), FEWER):
        workspace = fresh(str(point))
        assert killed_render(workspace, point) == -signal.SIGKILL
        found.append(recovered(workspace, {}, new))
    assert set(found) == {"old", "new"}


@FORKS
def test_interrupted_anywhere_the_tree_is_wholly_old_or_new(rendered: tuple[Path, Tree, Tree], tmp_path: Path) -> None:
    """Ctrl-C is not a kill: what runs on the way out must not undo what the next run needs."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    template, old, new = rendered
    total = killed_render(copy_of(template, tmp_path / "whole"), 0)
    for point in spread(total, FEWER):
        workspace = copy_of(template, tmp_path / str(point))
        status, said = faulty_render(workspace, point, interrupt)
        assert (status, said.split()[0]) == (0, "KeyboardInterrupt")
        recovered(workspace, old, new)


@FORKS
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
def test_disk_that_refuses_anywhere_is_told_and_the_tree_is_wholly_old_or_new(
    rendered: tuple[Path, Tree, Tree], tmp_path: Path, lasting: bool
) -> None:
    def refuse() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    template, old, new = rendered
    _, said = faulty_render(copy_of(template, tmp_path / "whole"), 0, refuse, touches=REFUSABLE)
    ends: dict[str, int] = {}
    for point in spread(int(said.removeprefix("done ")), FEWER):
        workspace = copy_of(template, tmp_path / str(point))
        last = 10**6 if lasting else point
        status, said = faulty_render(workspace, point, refuse, last=last, touches=REFUSABLE)
        assert status == 0
        ends[said] = point
        recovered(workspace, old, new)
    untold = {said: point for said, point in ends.items() if not said.startswith(("done", "ToolError", "InputRej"))}
    assert untold == {}
    assert any(said.startswith("ToolError") for said in ends)


@pytest.mark.parametrize("journal", ["", "{", "{}", "[]", '{"write": 1, "delete": []}'])
def test_journal_that_a_power_cut_left_in_pieces_stops_nobody(
    rendered: tuple[Path, Tree, Tree], tmp_path: Path, journal: str
) -> None:
    template, _, new = rendered
    workspace = copy_of(template, tmp_path / "cut")
    (workspace / ".gitramp" / "journal.json").write_text(journal)
    assert recovered_by_command(workspace) == (0, "")
    assert tree(workspace) == new


@pytest.mark.parametrize("target", ["../precious", "precious", "environments/../../precious", "environments/keep"])
@pytest.mark.parametrize("step", ["write", "delete"])
def test_journal_of_a_stranger_touches_nothing_but_rendered(
    rendered: tuple[Path, Tree, Tree], tmp_path: Path, target: str, step: str
) -> None:
    """A repository can hold a file of that name: the next run must not delete or write what it says."""
    workspace = copy_of(rendered[0], tmp_path / "cloned")
    precious = [tmp_path / "precious", workspace / "precious", workspace / "environments" / "keep"]
    for path in precious:
        path.write_text("precious")
    staged = workspace / ".gitramp" / "stage" / target
    staged.parent.mkdir(parents=True, exist_ok=True)
    staged.write_text("hostile")
    journal = {"write": [], "delete": [], step: [target]}
    (workspace / ".gitramp" / "journal.json").write_text(json.dumps(journal))
    recovered_by_command(workspace)
    assert [path.read_text() for path in precious if path.exists()] == ["precious"] * 3


def recovered_by_command(workspace: Path) -> tuple[int, str]:
    done = command(workspace, ["-m", "gitramp", "render", "--quiet"])
    return done.returncode, done.stderr


def test_lock_that_is_never_let_go_is_told(
    rendered: tuple[Path, Tree, Tree], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template, old, _ = rendered
    workspace = copy_of(template, tmp_path / "busy")
    monkeypatch.setattr(sys.modules[rendered_tree.promote.__module__], "_PATIENCE_SECONDS", 0.1)
    with (workspace / ".gitramp" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ToolError, match="GR705"):
            pipeline.render(Workspace(workspace))
    assert tree(workspace) == old


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


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up root's right to write everywhere, where the tests have it."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_folder_without_rights_is_told_before_anything_moves(rendered: tuple[Path, Tree, Tree]) -> None:
    template, old, _ = rendered
    with tempfile.TemporaryDirectory() as open_to_all:
        workspace = copy_of(template, Path(open_to_all) / "rights")
        for path in [Path(open_to_all), *Path(open_to_all).rglob("*")]:
            path.chmod(0o777 if path.is_dir() else 0o666)
        changed = workspace / "rendered" / "production" / "services-v1" / "search"
        changed.chmod(0o555)
        with (
            as_nobody(),
            pytest.raises(ToolError, match="rendered/production/services-v1/search/: Permission") as caught,
        ):
            pipeline.render(Workspace(workspace))
        changed.chmod(0o755)
        assert caught.value.code.number == "GR706"
        assert tree(workspace) == old


def test_completing_an_earlier_promotion_is_told(rendered: tuple[Path, Tree, Tree], tmp_path: Path) -> None:
    template, old, new = rendered
    workspace = copy_of(template, tmp_path / "told")
    gone = next(path for path in sorted(old) if path not in new)
    (workspace / ".gitramp" / "journal.json").write_text(json.dumps({"write": [], "delete": [gone]}))
    outcome = pipeline.render(Workspace(workspace))
    assert [finding.code.number for finding in outcome.report] == ["GR710"]
    assert tree(workspace) == new
    assert not list(pipeline.render(Workspace(workspace)).report)


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

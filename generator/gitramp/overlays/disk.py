"""The overlay files on the disk: taken all at once, saved one at a time.

Owns which files of `environments/` are overlays, and that nothing that looks like one is passed over in silence. Must
not know what is in them.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gitramp import yamlio
from gitramp.overlays import codes
from gitramp.problem import Finding, Mark, ToolError, UsageError
from gitramp.source import Snapshot
from gitramp.workspace import ENVIRONMENTS, FILES, Workspace

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_SUFFIXES = frozenset({".yaml", ".yml"})


def snapshot(root: Path) -> Snapshot:
    """Take the overlay files below `root`; what cannot be taken becomes a finding, files over the cap are not read."""
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path, problem in _walk(root / ENVIRONMENTS, depth=0):
        shown = _shown(path, root)
        try:
            found = problem(shown) if problem else _take(path, shown)
        except OSError as error:
            found = _unreadable(error)(shown)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            files[shown] = found
    return Snapshot(dict(sorted(files.items())), tuple(findings))


def _shown(path: Path, root: Path) -> str:
    """Return the path as text that can be printed, whatever bytes a file name has."""
    return path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode()


_Problem = Callable[[str], Finding]


def _unreadable(error: OSError) -> _Problem:
    return lambda shown: Finding(codes.UNREADABLE, f"cannot be read: {error.strerror}", Mark(shown))


def _is_link(shown: str) -> Finding:
    return Finding(codes.UNREADABLE, "is a symbolic link", Mark(shown))


def _misplaced(shown: str) -> Finding:
    remedy = f"put it in {ENVIRONMENTS}/ or {ENVIRONMENTS}/<name>/services/; what is no overlay, in <name>/{FILES}/"
    return Finding(codes.FILE_NAME, "an overlay where none belongs", Mark(shown), remedy)


def _walk(folder: Path, depth: int) -> Iterator[tuple[Path, _Problem | None]]:
    """Yield the files to take, and what is no overlay though it looks like one; `depth` counts from environments/."""
    if folder.is_symlink():
        yield folder, _is_link
        return
    entries = _entries(folder)
    if not isinstance(entries, list):
        yield folder, entries
        return
    for path in entries:
        if depth < 2 and path.suffix not in _SUFFIXES and path.is_dir() and not path.is_symlink():
            yield from _inside(path, depth)
        elif depth == 1 and not path.is_symlink():
            yield from _strays(path)
        elif depth == 2 or path.is_symlink() or path.suffix.lower() in _SUFFIXES:
            yield path, None


def _entries(folder: Path) -> list[Path] | _Problem:
    """Return what a folder holds, but for what is hidden; or why it cannot be looked into."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []
    except OSError as error:
        return _unreadable(error)


def _inside(folder: Path, depth: int) -> Iterator[tuple[Path, _Problem | None]]:
    if depth == 1 and folder.name == FILES:
        return _attached(folder)
    return _walk(folder, depth + 1) if depth == 0 or folder.name == "services" else _strays(folder)


def _attached(folder: Path) -> Iterator[tuple[Path, _Problem | None]]:
    """Yield the files beside an overlay, whatever they are called, but for hidden ones."""
    entries = _entries(folder)
    if not isinstance(entries, list):
        yield folder, entries
        return
    for path in entries:
        if path.is_dir() and not path.is_symlink():
            yield from _attached(path)
        else:
            yield path, None


def _strays(path: Path) -> Iterator[tuple[Path, _Problem]]:
    """Yield the overlays at or below a place that gitramp does not read."""
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    yield from ((file, _misplaced) for file in files if file.suffix.lower() in _SUFFIXES)


def _take(path: Path, shown: str) -> bytes | Finding:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return _is_link(shown)
    if not stat.S_ISREG(status.st_mode):
        return Finding(codes.UNREADABLE, "is not a plain file", Mark(shown))
    beside = Path(shown).parts[2:3] == (FILES,)
    if not beside and (path.suffix != ".yaml" or not _NAME.fullmatch(path.stem)):
        return Finding(codes.FILE_NAME, f"`{shown.rpartition('/')[2]}` is not the name of an overlay", Mark(shown))
    if status.st_size > yamlio.MAX_BYTES:
        return yamlio.too_large(shown, status.st_size)
    return path.read_bytes()


def save(workspace: Workspace, path: str, content: bytes) -> None:
    """Replace an overlay file in one step, keeping its rights; raises ToolError when the disk refuses.

    What it is written to first stands among the state, not beside the overlay: a run that is killed leaves nothing
    there that people would see, and commit. The caller holds the workspace's lock.
    """
    target = workspace.root / path
    passing = workspace.state / "edited.yaml"
    try:
        passing.write_bytes(content)
        passing.chmod(stat.S_IMODE(target.stat().st_mode))
        passing.replace(target)
    except OSError as error:
        with suppress(OSError):
            passing.unlink(missing_ok=True)
        raise ToolError(codes.CANNOT_SAVE, f"cannot write {path}: {error.strerror}") from error


def write_apart(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write overlays to a folder outside of the workspace's own; raises UsageError when it holds something already."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder} is there already and not an empty folder")
        for path, content in files:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise ToolError(codes.CANNOT_SAVE, f"cannot write to {folder}: {error.strerror}") from error

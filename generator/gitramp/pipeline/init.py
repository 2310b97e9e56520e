"""Make a new user's repository: its files, rendered and valid before the first of them is written.

Owns what is written where something is already. Must not know what the files say, nor Git.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gitramp import overlays, starter, tree
from gitramp.pipeline.run import Outcome, render
from gitramp.problem import Finding, InputRejected, Mark, Report, ToolError
from gitramp.workspace import Workspace, bundled_schemas

_SCHEMAS = ("environment.schema.json", "service.schema.json")


@dataclass(frozen=True, slots=True)
class Started:
    """What a new repository got: the paths that were written, and remarks on those that were there already."""

    root: Path
    written: tuple[str, ...]
    report: Report
    outcome: Outcome


def init(folder: Path, wish: starter.Wish) -> Started:
    """Write the files of a new repository that are not there; never touches one that is.

    Everything is rendered and validated elsewhere first. Raises InputRejected where others' environments are, unless
    CI is wished for, which then comes without any; ToolError when the disk refuses.
    """
    outcome, files = _files(wish)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        present = tree.taken(folder, files)
        wanted = _wanted(folder, files, wish)
    except OSError as error:
        raise _refused(folder, error, ()) from error
    written = _write(folder, {path: content for path, content in wanted.items() if path not in present})
    left = (_left(path) for path, content in wanted.items() if path in present and present[path] != content)
    return Started(folder, written, Report.of(left), outcome)


def _files(wish: starter.Wish) -> tuple[Outcome, Mapping[str, bytes]]:
    """Return all files that are wished for, and what came of taking them through all gates."""
    common = {**starter.common_files(wish), **_schemas()}
    outcome, rendered = _rendered(common)
    return outcome, {**common, **rendered, **starter.ci_files(wish)}


def _schemas() -> Mapping[str, bytes]:
    return {f"schemas/{name}": (bundled_schemas() / name).read_bytes() for name in _SCHEMAS}


def _rendered(files: Mapping[str, bytes]) -> tuple[Outcome, Mapping[str, bytes]]:
    """Take the overlays through all gates in a passing folder; returns what came of it, and the rendered files."""
    with tempfile.TemporaryDirectory(prefix="gitramp-") as name:
        passing = Workspace(Path(name))
        for path, content in files.items():
            (passing.root / path).parent.mkdir(parents=True, exist_ok=True)
            (passing.root / path).write_bytes(content)
        outcome = render(passing)
    return outcome, {change.path: change.after for change in outcome.diff.changes if change.after is not None}


def _wanted(folder: Path, files: Mapping[str, bytes], wish: starter.Wish) -> Mapping[str, bytes]:
    """Choose what belongs there: all of it, but where environments are that are not as we make them."""
    there = overlays.snapshot(folder)
    if not there.findings and all(files.get(path) == content for path, content in there.files.items()):
        return files
    if wish.ci:
        return {**_schemas(), **starter.ci_files(wish)}
    first = min([*there.files, *(f.mark.path for f in there.findings if f.mark)])
    raise InputRejected(Report.of([Finding(starter.OCCUPIED, "there are environments here already", Mark(first))]))


def _write(folder: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    written: list[str] = []
    try:
        written.extend(tree.create(folder, files))
    except OSError as error:
        raise _refused(folder, error, tuple(written)) from error
    return tuple(written)


def _refused(folder: Path, error: OSError, written: tuple[str, ...]) -> ToolError:
    where = str(error.filename or folder).removeprefix(f"{folder}/")
    message = f"cannot write {where}: {error.strerror}; files written: {len(written)}"
    return ToolError(starter.UNWRITABLE, message, details="\n".join(written))


def _left(path: str) -> Finding:
    return Finding(starter.UNEQUAL, "was here already, and was left as it is", Mark(path))

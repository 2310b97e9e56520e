"""How the rendered tree differs from what is on the disk, and what is in its way.

Owns ownership: only files that carry the mark are gitramp's to replace or prune. Reads, never writes.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gitramp.problem import Finding, Mark
from gitramp.tree import codes, rooted
from gitramp.tree.naming import MARK
from gitramp.workspace import RENDERED, Workspace


@dataclass(frozen=True, slots=True)
class Change:
    """One file that differs: what the disk has and what it should have; None where there is no file."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class TreeDiff:
    """What a render would do to the disk, and what it finds there that is not its own."""

    changes: tuple[Change, ...]
    strangers: tuple[str, ...] = ()
    """Manifests without the mark that are in nobody's way; never touched."""
    links: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)


def compare(workspace: Workspace, wanted: Mapping[str, bytes], folders: Collection[str] = ()) -> TreeDiff:
    """Compare the wanted tree with the disk.

    `folders` are the environments that were rendered; only below them are files pruned. None means all, so that
    the folder of an environment that is gone is pruned too.
    """
    files, links = _files(workspace.root, folders or None)
    changes = [c for path in sorted(wanted) if (c := _change(workspace.root, path, wanted[path], links))]
    strangers: list[str] = []
    for path in sorted(files - wanted.keys()):
        content = rooted.read(workspace.root, path) or b""
        if is_ours(content):
            changes.append(Change(path, content, None))
        elif path.endswith((".yaml", ".yml", ".json")):
            strangers.append(path)
    return TreeDiff(tuple(changes), tuple(strangers), tuple(sorted(links)))


def _files(root: Path, folders: Collection[str] | None) -> tuple[set[str], set[str]]:
    """Return the files below the rendered environments, and the links, as paths from the workspace's root."""
    rendered = root / RENDERED
    if rendered.is_symlink():
        return set(), {RENDERED}
    found: dict[bool, set[str]] = {False: set(), True: set()}
    if rendered.is_dir():
        for entry in os.scandir(rendered):
            if not entry.name.startswith(".") and (folders is None or entry.name in folders):
                for path, is_link in _walk(entry, f"{RENDERED}/{entry.name}"):
                    found[is_link].add(path)
    return {path for path in found[False] if path.count("/") > 1}, found[True]


def _walk(entry: os.DirEntry[str], path: str) -> Iterator[tuple[str, bool]]:
    """Yield what is not a folder at or below an entry, and whether it is a link; links are not followed."""
    if not entry.is_dir(follow_symlinks=False):
        yield path, entry.is_symlink()
        return
    with os.scandir(entry) as below:
        for inner in below:
            yield from _walk(inner, f"{path}/{inner.name}")


def _change(root: Path, path: str, after: bytes, links: Collection[str]) -> Change | None:
    if any(path == link or path.startswith(f"{link}/") for link in links):
        return Change(path, None, after)
    before = rooted.read(root, path)
    return None if before == after else Change(path, before, after)


def is_ours(content: bytes) -> bool:
    """Whether a file carries gitramp's mark."""
    return content.startswith(f"# {MARK}".encode())


def obstacles(diff: TreeDiff) -> Iterator[Finding]:
    """Yield what forbids promoting: links, and files in the way that are not gitramp's."""
    for link in diff.links:
        yield Finding(codes.LINK, "is a symbolic link", Mark(link))
    for change in diff.changes:
        if change.before is not None and change.after is not None and not is_ours(change.before):
            yield Finding(
                codes.NOT_OURS, "a file without gitramp's mark is where gitramp would write", Mark(change.path)
            )
    for path in diff.strangers:
        yield Finding(codes.STRANGER, "is not gitramp's, but would be applied", Mark(path))


def drift(diff: TreeDiff) -> Iterator[Finding]:
    """Yield one finding for each file that is not as the overlays render it, with the reason."""
    for change in diff.changes:
        line, reason = _reason(change)
        yield Finding(codes.DRIFT, reason, Mark(change.path, line))


def _reason(change: Change) -> tuple[int, str]:
    if change.before is None:
        return 1, "is missing: an overlay asks for it"
    if change.after is None:
        return 1, "is left over: no overlay asks for it"
    before = change.before.decode("utf-8", "replace").splitlines()
    after = change.after.decode().splitlines()
    for number, (has, wants) in enumerate(zip(before, after, strict=False), 1):
        if has != wants:
            return number, f"has `{has.strip()}` where the overlays render `{wants.strip()}`"
    shorter = "lacks its last lines" if len(before) < len(after) else "has lines too many at its end"
    if len(before) == len(after):
        shorter = "differs in its line ends"
    return min(len(before), len(after)) or 1, shorter


def unified(diff: TreeDiff) -> str:
    """Write the changes as a unified diff, as `git apply` takes it."""
    return "".join(_unified(change) for change in diff.changes)


def _unified(change: Change) -> str:
    old = f"a/{change.path}" if change.before is not None else "/dev/null"
    new = f"b/{change.path}" if change.after is not None else "/dev/null"
    before = (change.before or b"").decode("utf-8", "replace").splitlines(keepends=True)
    after = (change.after or b"").decode().splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, old, new)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

"""How the rendered tree differs from what is on the disk, and what is in its way.

Owns ownership: only files that carry the mark are gitramp's to replace or prune. Reads, never writes.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from gitramp.problem import Finding, Mark
from gitramp.secrets import may_show_secret
from gitramp.tree import codes, rooted
from gitramp.tree.naming import MARK
from gitramp.workspace import BESIDE, RENDERED, Workspace

_OWN = f"# {MARK}".encode()
_LARGEST = 16 * 1024 * 1024
"""Bytes of a file that are looked at: no API server takes an object of this size, but anything can lie in rendered/."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")  # as git counts lines; `splitlines` knows more line ends


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
    blocked: tuple[str, ...] = ()
    """What stands where gitramp needs a folder, or a folder or pipe where it needs a file."""

    def __bool__(self) -> bool:
        return bool(self.changes)


def compare(workspace: Workspace, wanted: Mapping[str, bytes], folders: Collection[str] = ()) -> TreeDiff:
    """Compare the wanted tree with the disk.

    `folders` are the environments that were rendered; only below them are files pruned. None means all, so that
    the folder of an environment that is gone is pruned too.
    """
    found = _found(workspace.root, folders or None)
    blocked = {path: blocker for path in wanted if (blocker := _blocker(path, found))}
    changes = [c for path in sorted(wanted) if (c := _change(workspace.root, path, wanted[path], path in blocked))]
    strangers: list[str] = []
    for path in sorted(path for path, kind in found.items() if kind in _LEAVES and path not in wanted):
        if found[path] is _Kind.FILE and is_ours(rooted.read(workspace.root, path, len(_OWN)) or b""):
            changes.append(Change(path, rooted.read(workspace.root, path, _LARGEST), None))
        elif _looks_applied(path):
            strangers.append(path)
    links = {path for path, kind in found.items() if kind is _Kind.LINK}
    others = set(blocked.values()) - links
    return TreeDiff(tuple(changes), tuple(sorted(set(strangers) - others)), tuple(sorted(links)), tuple(sorted(others)))


def compare_held(held: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> TreeDiff:
    """Compare the wanted tree with files that are on no disk, as a commit holds them."""
    written = [Change(path, held.get(path), content) for path, content in sorted(wanted.items())]
    others = sorted(path for path in held if path not in wanted)
    pruned = [Change(path, held[path], None) for path in others if is_ours(held[path])]
    strangers = tuple(p for p in others if not is_ours(held[p]) and _looks_applied(p))
    return TreeDiff((*(each for each in written if each.before != each.after), *pruned), strangers)


def _looks_applied(path: str) -> bool:
    """Whether a controller would take a file below `rendered/` for a manifest."""
    return path.endswith((".yaml", ".yml", ".json")) and path.count("/") > 1


class _Kind(Enum):
    FILE = auto()
    FOLDER = auto()
    LINK = auto()
    OTHER = auto()


_LEAVES = (_Kind.FILE, _Kind.OTHER)


def _found(root: Path, folders: Collection[str] | None) -> dict[str, _Kind]:
    """Return what is at `rendered` and below the rendered environments, as paths from the workspace's root."""
    try:
        found = {RENDERED: _kind(os.lstat(root / RENDERED).st_mode)}
    except FileNotFoundError:
        return {}
    if found[RENDERED] is _Kind.FOLDER:
        for entry in os.scandir(root / RENDERED):
            if not entry.name.startswith(".") and (folders is None or entry.name in folders):
                found.update(_walk(entry, f"{RENDERED}/{entry.name}"))
            elif entry.name in BESIDE:
                found.update(_beside(entry, f"{RENDERED}/{entry.name}", folders or ()))
    return found


def _beside(entry: os.DirEntry[str], path: str, folders: Collection[str]) -> Iterator[tuple[str, _Kind]]:
    """Yield a folder beside the environments' own, and what is in it for the environments that were rendered."""
    if not entry.is_dir(follow_symlinks=False):
        yield from _walk(entry, path)
        return
    yield path, _Kind.FOLDER
    with os.scandir(entry) as below:
        for inner in below:
            if inner.name in folders:
                yield from _walk(inner, f"{path}/{inner.name}")


def _walk(entry: os.DirEntry[str], path: str) -> Iterator[tuple[str, _Kind]]:
    """Yield what is at or below an entry; links are not followed."""
    if entry.is_dir(follow_symlinks=False):
        yield path, _Kind.FOLDER
        with os.scandir(entry) as below:
            for inner in below:
                yield from _walk(inner, f"{path}/{inner.name}")
    elif entry.is_file(follow_symlinks=False):
        yield path, _Kind.FILE
    else:
        yield path, _Kind.LINK if entry.is_symlink() else _Kind.OTHER


def _kind(mode: int) -> _Kind:
    if stat.S_ISLNK(mode):
        return _Kind.LINK
    return _Kind.FOLDER if stat.S_ISDIR(mode) else _Kind.FILE if stat.S_ISREG(mode) else _Kind.OTHER


def _blocker(path: str, found: Mapping[str, _Kind]) -> str:
    """Return what stands in the way of a file: at its own place or where one of its folders belongs; "" for nothing."""
    steps = path.split("/")
    for depth in range(1, len(steps)):
        above = "/".join(steps[:depth])
        if found.get(above, _Kind.FOLDER) is not _Kind.FOLDER:
            return above
    return path if found.get(path, _Kind.FILE) is not _Kind.FILE else ""


def _change(root: Path, path: str, after: bytes, blocked: bool) -> Change | None:  # noqa: FBT001
    before = None if blocked else rooted.read(root, path, max(_LARGEST, len(after) + 1))
    return None if before == after else Change(path, before, after)


def is_ours(content: bytes) -> bool:
    """Whether a file carries gitramp's mark."""
    return content.startswith(_OWN)


def obstacles(diff: TreeDiff) -> Iterator[Finding]:
    """Yield what forbids promoting: links, and files in the way that are not gitramp's."""
    for link in diff.links:
        yield Finding(codes.LINK, "is a symbolic link", Mark(link))
    for change in diff.changes:
        if change.before is not None and change.after is not None and not is_ours(change.before):
            yield Finding(
                codes.NOT_OURS, "a file without gitramp's mark is where gitramp would write", Mark(change.path)
            )
    for path in diff.blocked:
        yield Finding(codes.NOT_OURS, "is where gitramp needs a file or folder of its own", Mark(path))
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
            around = "\n".join([*before[max(0, number - 2) : number + 1], *after[max(0, number - 2) : number + 1]])
            if may_show_secret(has, around) or may_show_secret(wants, around):
                return number, "has another value than the overlays render, which may be a secret"
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
    before = _LINE.findall((change.before or b"").decode("utf-8", "replace"))
    after = _LINE.findall((change.after or b"").decode())
    lines = difflib.unified_diff(before, after, old, new)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

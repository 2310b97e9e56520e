"""File access below the workspace's root that cannot be led outside: every step is opened without following links.

Owns the descriptors of folders. Must not know what is written.
"""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_EFFECTIVE = os.access in os.supports_effective_ids


class LinkInTheWay(OSError):
    """A step of the path is a symbolic link or not a folder."""


@contextmanager
def folder(root: Path, steps: Sequence[str], *, create: bool = False) -> Iterator[int]:
    """Open the folder `root/steps...`, making it when asked; yields its descriptor.

    Raises LinkInTheWay when a step is a link, FileNotFoundError when one is missing.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for depth, step in enumerate(steps, 1):
            with _named("/".join(steps[:depth])):
                below = _enter(descriptor, step, create=create)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _named(path: str) -> Iterator[None]:
    """Let what the disk refuses say the whole path: below a descriptor the kernel knows only the last step."""
    try:
        yield
    except OSError as error:
        error.filename = path
        raise


def _enter(parent: int, step: str, *, create: bool) -> int:
    if create:
        with suppress(FileExistsError):
            os.mkdir(step, dir_fd=parent)
    try:
        return os.open(step, _FOLDER, dir_fd=parent)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR}:
            raise LinkInTheWay(error.errno, "a symbolic link or a file is where a folder belongs", step) from None
        raise


def read(root: Path, path: str, limit: int = -1) -> bytes | None:
    """Read a plain file, at most its first `limit` bytes; None when there is none.

    Raises LinkInTheWay for a link at any step.
    """
    *steps, name = path.split("/")
    try:
        with folder(root, steps) as parent, _named(path):
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise LinkInTheWay(error.errno, "a symbolic link is where a file belongs", path) from None
        raise
    with os.fdopen(descriptor, "rb") as file:
        return file.read(limit)


def write(root: Path, files: Mapping[str, bytes]) -> None:
    """Write files, making their folders; each folder is opened once, whatever it holds."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    for parent, names in _by_folder(files):
        with folder(root, parent, create=True) as descriptor:
            for name in names:
                path = "/".join([*parent, name])
                with _named(path), os.fdopen(os.open(name, flags, 0o644, dir_fd=descriptor), "wb") as file:
                    file.write(files[path])


def refuse_unwritable(root: Path, paths: Iterable[str]) -> None:
    """Raise PermissionError for a folder in which one of these files could not be made, replaced or removed.

    Asked of the folder that is there, or of the nearest above it.
    """
    for parent, _ in _by_folder(paths):
        for depth in range(len(parent), -1, -1):
            with suppress(FileNotFoundError), folder(root, parent[:depth]) as descriptor:
                if not os.access(".", os.W_OK | os.X_OK, dir_fd=descriptor, effective_ids=_EFFECTIVE):
                    where = "/".join(parent[:depth]) or "."
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), f"{where}/")
                break


def make_folders(root: Path, paths: Iterable[str]) -> None:
    """Make the folders that files of these paths need."""
    for parent, _ in _by_folder(paths):
        with folder(root, parent, create=True):
            pass


def move(root: Path, source: str, paths: Iterable[str]) -> int:
    """Move files from below `source` to their paths below the root; those gone from there have been moved already.

    Returns how many were moved.
    """
    moved = 0
    for parent, names in _by_folder(paths):
        with (
            suppress(FileNotFoundError),
            folder(root, [*source.split("/"), *parent]) as before,
            folder(root, parent, create=True) as after,
        ):
            for name in names:
                with suppress(FileNotFoundError), _named("/".join([*parent, name])):
                    os.replace(name, name, src_dir_fd=before, dst_dir_fd=after)
                    moved += 1
    return moved


def rename(root: Path, source: str, target: str) -> None:
    """Give a file another name within its folder, in one step."""
    *parent, name = source.split("/")
    with folder(root, parent) as descriptor, _named(target):
        os.replace(name, target.rpartition("/")[2], src_dir_fd=descriptor, dst_dir_fd=descriptor)


def _by_folder(paths: Iterable[str]) -> Iterator[tuple[list[str], list[str]]]:
    split = sorted((path.rpartition("/")[0], path.rpartition("/")[2]) for path in paths)
    for parent, files in itertools.groupby(split, key=lambda parts: parts[0]):
        yield parent.split("/") if parent else [], [name for _, name in files]


def remove(root: Path, path: str) -> bool:
    """Remove a file and the folders that it leaves empty, as far as there are any; returns whether it was there."""
    *steps, name = path.split("/")
    removed = False
    with suppress(FileNotFoundError), folder(root, steps) as parent, _named(path):
        os.unlink(name, dir_fd=parent)
        removed = True
    while len(steps) > 1 and _remove_empty(root, steps):
        steps = steps[:-1]
    return removed


def _remove_empty(root: Path, steps: Sequence[str]) -> bool:
    """Remove a folder if it is empty; says whether it is gone."""
    try:
        with folder(root, steps[:-1]) as parent:
            os.rmdir(steps[-1], dir_fd=parent)
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
            return False
        raise
    return True

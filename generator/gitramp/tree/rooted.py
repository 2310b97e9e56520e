"""File access below the workspace's root that cannot be led outside: every step is opened without following links.

Owns the descriptors of folders. Must not know what is written.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class LinkInTheWay(OSError):
    """A step of the path is a symbolic link or not a folder."""


@contextmanager
def folder(root: Path, steps: Sequence[str], *, create: bool = False) -> Iterator[int]:
    """Open the folder `root/steps...`, making it when asked; yields its descriptor.

    Raises LinkInTheWay when a step is a link, FileNotFoundError when one is missing.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for step in steps:
            below = _enter(descriptor, step, create=create)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


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


def read(root: Path, path: str) -> bytes | None:
    """Read a plain file; None when there is none. Raises LinkInTheWay for a link at any step."""
    *steps, name = path.split("/")
    try:
        with folder(root, steps) as parent:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise LinkInTheWay(error.errno, "a symbolic link is where a file belongs", path) from None
        raise
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def write(root: Path, path: str, content: bytes) -> None:
    """Write a new file, making its folders."""
    *steps, name = path.split("/")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with (
        folder(root, steps, create=True) as parent,
        os.fdopen(os.open(name, flags, 0o644, dir_fd=parent), "wb") as file,
    ):
        file.write(content)


def make_folder(root: Path, steps: Sequence[str]) -> None:
    """Make a folder and those above it."""
    with folder(root, steps, create=True):
        pass


def move(root: Path, source: str, target: str) -> None:
    """Move a file onto another in one step; nothing happens when the source is gone already."""
    *source_steps, source_name = source.split("/")
    *target_steps, target_name = target.split("/")
    with (
        suppress(FileNotFoundError),
        folder(root, source_steps) as before,
        folder(root, target_steps, create=True) as after,
    ):
        os.replace(source_name, target_name, src_dir_fd=before, dst_dir_fd=after)


def remove(root: Path, path: str) -> None:
    """Remove a file and the folders that it leaves empty, as far as there are any."""
    *steps, name = path.split("/")
    with suppress(FileNotFoundError), folder(root, steps) as parent:
        os.unlink(name, dir_fd=parent)
    while len(steps) > 1:
        *steps, name = steps
        try:
            with folder(root, steps) as parent:
                os.rmdir(name, dir_fd=parent)
        except OSError:
            return

"""New files, each whole or not at all, and never in the place of another.

Owns how a file comes to be without being seen half written. Must not know what is written.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from gitramp.tree import rooted

_EXCLUSIVE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})


def taken(root: Path, paths: Collection[str]) -> Mapping[str, bytes | None]:
    """Return which of these paths there are, with what their files hold; None for what is no plain file.

    Raises OSError when one could not be made: a link or a file is where its folder belongs, or its folder is closed.
    """
    found = {path: content for path in sorted(paths) for content in _there(root, path)}
    rooted.refuse_unwritable(root, sorted(set(paths) - found.keys()))
    return found


def _there(root: Path, path: str) -> Iterator[bytes | None]:
    *steps, name = path.split("/")
    with suppress(FileNotFoundError), rooted.folder(root, steps) as parent:
        os.stat(name, dir_fd=parent, follow_symlinks=False)
        try:
            yield rooted.read(root, path)
        except OSError:  # a folder, a link, or nothing that we may read
            yield None


def create(root: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    """Make files that are not there, and yield the path of each that was made; what is there by now stays as it is."""
    return (path for path, content in files.items() if _made(root, path, content))


def _made(root: Path, path: str, content: bytes) -> bool:
    *steps, name = path.split("/")
    with rooted.folder(root, steps, create=True) as parent, _passing(parent, name, content) as passing:
        try:
            _name_it(parent, passing, name)
        except FileExistsError:
            return False
    return True


def _name_it(parent: int, passing: str, name: str) -> None:
    """Give a file its name, which is nobody's: a link, unlike a rename, takes no other file's place."""
    try:
        os.link(passing, name, src_dir_fd=parent, dst_dir_fd=parent, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(name, _EXCLUSIVE, 0o644, dir_fd=parent))  # the disk has no links: nearly as good
        os.replace(passing, name, src_dir_fd=parent, dst_dir_fd=parent)


@contextmanager
def _passing(parent: int, name: str, content: bytes) -> Iterator[str]:
    """Write a file under a name that is nobody's, and take that name away again."""
    passing = f".{name}.gitramp"
    with suppress(FileNotFoundError):
        os.unlink(passing, dir_fd=parent)  # of a run that was killed
    try:
        with os.fdopen(os.open(passing, _EXCLUSIVE, 0o644, dir_fd=parent), "wb") as file:
            file.write(content)
        yield passing
    finally:
        with suppress(FileNotFoundError):
            os.unlink(passing, dir_fd=parent)

"""What earlier runs found sound, kept in `.gitramp/sound/` so that an edit of one service costs what it touches.

Owns the files, one an environment: a digest of everything that judges, then the digests of what was judged sound. One
that was written by another version, by other schemas or by another kubeconform counts for nothing, and so does one that
is broken. It is no proof that leaves the machine: a fresh clone judges everything. Must not know what a digest is of.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gitramp import __version__
from gitramp.sound import Sound
from gitramp.workspace import Workspace

_FOLDER = "sound"
_DIGEST = 16
_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Where the digests of a workspace are kept, and who judges now."""

    folder: Path
    judges: bytes

    def recall(self, environment: str) -> Sound:
        """Return what these judges found sound in an environment before; nothing where nobody remembers."""
        try:
            content = (self.folder / environment).read_bytes()
        except OSError:
            return Sound()
        if not content.startswith(self.judges) or len(content) > _LARGEST:
            return Sound()
        try:
            return _read(content[_DIGEST:])
        except (ValueError, TypeError, AttributeError):  # in pieces
            return Sound()

    def nothing(self, environment: str) -> Sound:  # noqa: ARG002  in the place of `recall`
        """Recall nothing, for a run that judges everything."""
        return Sound()

    def keep(self, environment: str, sound: Sound) -> None:
        """Remember what was found sound; for the only run that writes. A disk that refuses costs time, nothing else."""
        file, passing = self.folder / environment, self.folder / f".{environment}"
        with suppress(OSError):
            if self.recall(environment) == sound:
                return
            self.folder.mkdir(exist_ok=True)
            passing.write_bytes(self.judges + _written(sound))
            passing.replace(file)


def _written(sound: Sound) -> bytes:
    """Write one line of JSON for the rules, then the digests of the objects."""
    rules = {rule: [*kinds, digest.hex()] for rule, (kinds, digest) in sorted(sound.rules.items())}
    return json.dumps(rules).encode() + b"\n" + b"".join(sorted(sound.objects))


def _read(content: bytes) -> Sound:
    """Read what `_written` wrote; raises ValueError, TypeError or AttributeError for anything else."""
    line, _, digests = content.partition(b"\n")
    rules = {rule: (tuple(kinds), bytes.fromhex(digest)) for rule, (*kinds, digest) in json.loads(line).items()}
    if len(digests) % _DIGEST:
        raise ValueError("half a digest")
    return Sound(frozenset(digests[at : at + _DIGEST] for at in range(0, len(digests), _DIGEST)), rules)


def of(workspace: Workspace, judges: Iterable[Path], *said: str) -> Memory:
    """Return the memory of a workspace; `judges` are the files and folders whose change makes it forget, or `said`.

    It is signed with a key of this user's on this machine: a memory that came along with a clone counts for nothing.
    """
    found = hashlib.blake2b(_key(), digest_size=_DIGEST)
    for line in (__version__, *said, *(line for path in judges for line in states(path))):
        found.update(f"{line}\n".encode("utf-8", "surrogateescape"))
    return Memory(workspace.state / _FOLDER, found.digest())


def _key() -> bytes:
    """Return the user's key; a new one each time, which forgets everything, where none can be kept."""
    file = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gitramp" / "key"
    with suppress(OSError):
        if file.is_file():
            return file.read_bytes()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(secrets.token_bytes(_DIGEST))
        return file.read_bytes()
    return secrets.token_bytes(_DIGEST)


def states(path: Path) -> Iterator[str]:
    """Yield what tells one state of a file, or of all files below a folder, from another; each run asks a thousand."""
    for file in _files(str(path)) if path.is_dir() else (str(path),):
        try:
            status = os.stat(file)  # noqa: PTH116  a Path would take longer than the question
        except OSError as error:  # a dangling link, such as an editor's lock
            yield f"{file}\0{error.errno}"
        else:
            yield f"{file}\0{status.st_mtime_ns}\0{status.st_ctime_ns}\0{status.st_size}\0{status.st_ino}"


def _files(folder: str) -> Iterator[str]:
    """Yield what is below a folder, in one order, but for bytecode; links to folders are not followed."""
    with suppress(OSError), os.scandir(folder) as found:
        for name, is_folder in sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in found):
            if name != "__pycache__":
                yield f"{folder}/{name}"
                if is_folder:
                    yield from _files(f"{folder}/{name}")

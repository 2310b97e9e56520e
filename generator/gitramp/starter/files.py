"""The templates, read from the package and filled in.

Owns how a template's name becomes a path and which words are replaced. Must not know what the files say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CI = ("github", "gitlab")
_FILES = Path(__file__).parent / "files"
_NAME = re.compile(r"[a-z]([-a-z0-9]{0,48}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user says of the repository to be: the name of its first service, and whose CI runs it, "" for none."""

    name: str = "web"
    ci: str = ""


def is_name(text: str) -> bool:
    """Say whether a service can be called so: its objects' names are longer than its own."""
    return _NAME.fullmatch(text) is not None


def common_files(wish: Wish) -> Mapping[str, bytes]:
    """Return the files that every new repository has, by path; what is rendered and the schemas are not among them."""
    return _read("common", wish)


def ci_files(wish: Wish) -> Mapping[str, bytes]:
    """Return the files of the wished CI."""
    return _read(wish.ci, wish) if wish.ci else {}


def _read(folder: str, wish: Wish) -> Mapping[str, bytes]:
    root = _FILES / folder
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return {
        _target(path.relative_to(root).as_posix()): path.read_bytes().replace(b"@@name@@", wish.name.encode())
        for path in paths
    }


def _target(name: str) -> str:
    """Return the path of a template: here they are called `dot-...`, so that no tool takes them for this project's."""
    return "/".join(re.sub(r"^dot-", ".", step) for step in name.split("/"))

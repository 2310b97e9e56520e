"""Who a commit is by and whether it is signed, where that shall differ from what git is configured for.

Owns how git is told, and that it takes what it is told. Must not know what is committed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gitramp.problem import RepoError
from gitramp.repo import codes
from gitramp.repo.repository import Repository, call
from gitramp.source import show

_AUTHOR = re.compile(r"(?P<name>[^<>\n\0]*[^<>\s\0]) <(?P<mail>[^<>\s\0]+)>")


@dataclass(frozen=True, slots=True)
class Authorship:
    """The author as `Name <address>`, "" for git's own; whether to sign, None for as git is configured."""

    author: str = ""
    sign: bool | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        """What tells git the author; raises RepoError for a text that names none."""
        if not self.author:
            return {}
        found = _AUTHOR.fullmatch(self.author)
        if found is None:
            raise RepoError(codes.NO_IDENTITY, f"{show(self.author)} is no author", "write it as `Name <address>`")
        return {"GIT_AUTHOR_NAME": found["name"], "GIT_AUTHOR_EMAIL": found["mail"]}

    @property
    def options(self) -> tuple[str, ...]:
        """What tells `git commit` whether to sign."""
        return () if self.sign is None else ("--gpg-sign" if self.sign else "--no-gpg-sign",)

    def signs(self, repository: Repository) -> bool:
        """Say whether a commit is signed: `git commit-tree` itself does not look at the configuration."""
        if self.sign is not None:
            return self.sign
        try:
            return str(call(repository, "config", "--type=bool", "--get", "commit.gpgSign")) == "true"
        except RepoError:
            return False


CONFIGURED = Authorship()

"""What git says when it fails, as the code that tells a person what to do.

Owns the patterns of git's words; GitPython asks for them in English. Must not call git.
"""

from __future__ import annotations

import os
import re
from pathlib import PurePath
from typing import Any

from gitramp import secrets
from gitramp.problem import RepoError
from gitramp.repo import codes

_LOCK = re.compile(r"Unable to create '(?P<lock>[^'\n]+\.lock)': File exists")
_REFERENCE_HOOK = re.compile(r"^fatal: .*updates? aborted by (the reference-transaction )?hook", re.MULTILINE)
_CANNOT_WRITE = (
    r"permission denied|read-only file system|no space left|insufficient permission|unable to (create|write)|"
    r"not a directory|disk quota"
)
_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), code, message)
    for pattern, code, message in (
        (r"dubious ownership", codes.OWNERSHIP, "git refuses a repository of another owner"),
        (
            r"^fatal: (this operation must be run in a work tree|not a git repository)",
            codes.NO_REPOSITORY,
            "the workspace is in no Git repository with a work tree",
        ),
        (
            r"tell me who you are|empty ident|auto-detect email|no (email|name) was given",
            codes.NO_IDENTITY,
            "git does not know who commits",
        ),
        (
            r"gpg failed|failed to sign|signing failed|signing ?key|load public key|no private key",
            codes.SIGNING,
            "git could not sign the commit",
        ),
        (_CANNOT_WRITE, codes.DISK, "git cannot write"),
        # The last step of a signed commit; a disk that refuses has said so above.
        (r"^fatal: failed to write commit object", codes.SIGNING, "git could not sign the commit"),
    )
)


def classified(command: str, error: Any) -> RepoError:
    """Turn GitPython's error of a command into ours; credentials are taken out of git's words."""
    said = secrets.masked(f"{_text(error.stderr)}\n{_text(error.stdout)}".strip(), secrets.named(os.environ))
    status = error.status if isinstance(error.status, int) else 1
    # A hook may say anything, so this is asked first; git's own failures to commit end with 128.
    if command == "commit" and (status == 1 or _REFERENCE_HOOK.search(said)):
        return RepoError(codes.HOOK_REFUSED, "a hook refused the commit", details=said)
    if locked := _LOCK.search(said):
        remedy = f"wait for the other git to end; if there is none, delete {locked['lock']}"
        return RepoError(codes.LOCKED, f"another git holds {PurePath(locked['lock']).name}", remedy, said)
    for pattern, code, message in _WORDS:
        if pattern.search(said):
            return RepoError(code, message, details=said)
    return RepoError(codes.FAILED, f"`git {command}` ended with status {status}", details=said)


def _text(stream: object) -> str:
    """Take off what GitPython wraps around the words of git: `stderr: '...'`."""
    text = str(stream or "").strip()
    return re.sub(r"^(stderr|stdout): '(.*)'$", r"\2", text, flags=re.DOTALL)

"""The calls to git that go over a network: in a session of their own, with a time limit, and never with a question.

Owns how such a git is run and stopped, and that no credential is in what it said. Must not know what it was asked, nor
what its words mean.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import IO
from urllib.parse import unquote

from gitramp import secrets
from gitramp.problem import RepoError, UsageError
from gitramp.repo import codes, remote_codes
from gitramp.repo.rejections import Said
from gitramp.repo.repository import QUIET, Repository, call, executable

SECONDS = 60.0
_GRACE = 3.0
# Where a credential may stand in the configuration, in a key (url.<base>.insteadOf) or in a value.
_KEYS = r"^(remote\..*\.(push)?url|url\..*|http\.(.*\.)?(extraheader|proxy)|remote\..*\.proxy|credential\..*)$"


def time_limit(timeout: float | None = None) -> float:
    """Return how many seconds a call may take: as asked, as GITRAMP_TIMEOUT says, or a minute."""
    if timeout is not None:
        return timeout
    said = os.environ.get("GITRAMP_TIMEOUT", "")
    try:
        seconds = float(said or SECONDS)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise UsageError(f"GITRAMP_TIMEOUT is a number of seconds above 0, not {said!r}")
    return seconds


def over_network(repository: Repository, remote: str, *arguments: str, timeout: float) -> Said:
    """Run one git command to its end and return what it said, without any credential; raises RepoError on no end.

    What it says goes to files, not pipes: a credential cache that git starts keeps a pipe open when git is long gone.
    """
    argv = [executable(), *arguments]
    environment = {**_slowest(timeout), **os.environ, **QUIET, "LANGUAGE": "C", **_never_asking()}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as words:
        try:
            # A session of its own has no terminal to ask at, and is stopped whole: git, ssh, helpers and hooks.
            child = subprocess.Popen(
                argv, cwd=repository.top, env=environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=words,
            )  # fmt: skip
        except OSError:
            raise RepoError(codes.NO_GIT, "git cannot be started") from None
        ended = _ended(child, timeout)
        said = [_written(file) for file in (output, words)]
    if not ended or child.returncode:
        said = [secrets.masked(text, credentials(repository)) for text in said]
    if not ended:
        message = f"{remote} did not answer within {timeout:g} seconds"
        raise RepoError(remote_codes.TIMED_OUT, message, details="\n".join(filter(None, said)).strip())
    return Said(child.returncode, said[0], said[1])


def _slowest(timeout: float) -> Mapping[str, str]:
    """Let a git that outlives gitramp, when that is killed, end by itself."""
    return {"GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": str(math.ceil(timeout) + 1)}


def _never_asking() -> Mapping[str, str]:
    """Return what keeps ssh and the helpers from asking a person, unless one is there and may have a window for it."""
    if sys.stderr is not None and sys.stderr.isatty():
        return {}
    return {"SSH_ASKPASS_REQUIRE": "never", "GCM_INTERACTIVE": os.environ.get("GCM_INTERACTIVE", "never")}


def _ended(child: subprocess.Popen[bytes], timeout: float) -> bool:
    """Wait for a child; whatever ends the waiting, an interrupt included, ends all that it started."""
    try:
        child.wait(timeout)
    except subprocess.TimeoutExpired:
        _stop(child)
        return False
    except BaseException:
        _stop(child)
        raise
    return True


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End a child's whole session: first so that git takes its locks away, then for good."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(_GRACE)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _written(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def credentials(repository: Repository) -> frozenset[str]:
    """Return every credential that git may have used and that can be known: of URLs, headers and the environment."""
    found = set(secrets.named(os.environ))
    try:
        said = str(call(repository, "config", "-z", "--get-regexp", _KEYS))
    except RepoError:  # none is configured
        said = ""
    for entry in said.split("\0"):
        found.update(_in_entry(entry))
    return frozenset(value for value in found if len(value) >= secrets.SHORTEST)


def _in_entry(entry: str) -> Iterator[str]:
    """Yield the credentials in a key and value of the configuration, as they are and as they are meant."""
    key, _, value = entry.partition("\n")
    for user, word in secrets.userinfo(entry):
        yield from (word, unquote(word)) if word else (user, unquote(user))
    if key.endswith(("extraheader", ".password")):
        yield from secrets.in_header(value)

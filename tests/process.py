"""`gitramp` as tests run it: a process for each run, forked from one that has imported it already.

Owns when a fork will not do: what an interpreter or an import reads when it starts needs a new one. Must not know what
a command does. Whoever kills or measures a process starts `ARGV` on his own.
"""

from __future__ import annotations

import atexit
import functools
import io
import os
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import warm

GENERATOR = Path(__file__).resolve().parents[1] / "generator"
ARGV = (sys.executable, "-m", "gitramp")
_READ_AT_START = (
    "PATH",
    "PYTHON",
    "LC_",
    "LANG",
    "TERM",
    "TYPER",
    "_TYPER",
    "FORCE_COLOR",
    "PY_COLORS",
    "GITHUB_ACTIONS",
    "TZ",
)
_ONE = threading.Lock()

Done = subprocess.CompletedProcess[str]


def run(*arguments: str, cwd: Path, **environment: str) -> Done:
    """Run the command with the environment of this process, and some more of it."""
    env = _environment(environment)
    address, begun_with = _only_server()
    if _read_at_start(env) != begun_with:
        return anew(*arguments, cwd=cwd, **environment)
    said = [os.fsencode(argument) for argument in arguments]
    variables = {os.fsencode(name): os.fsencode(value) for name, value in env.items()}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
        streams = [nothing.fileno(), out.fileno(), err.fileno()]
        code = warm.ask(address, said, os.fsencode(cwd), variables, streams)
        return Done([*arguments], code, _text(out), _text(err))


def anew(*arguments: str, cwd: Path, **environment: str) -> Done:
    """Run the command as a user does, in a process that has to import it first."""
    argv, env = [*ARGV, *arguments], _environment(environment)
    return subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120)


def script(path: Path) -> Path:
    """Write the command as a program of that path, for shells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    argv = [sys.executable, "-SE", warm.__file__, _only_server()[0]]
    path.write_text(f'#!/bin/sh\nexec {shlex.join(argv)} "$@"\n')
    path.chmod(0o755)
    return path


def _only_server() -> tuple[str, Mapping[str, str]]:
    with _ONE:
        return _server()


@functools.cache
def _server() -> tuple[str, Mapping[str, str]]:
    """Start the server of this process, which ends with it; return its address, and what it began with."""
    folder = tempfile.TemporaryDirectory(prefix="gitramp-")
    address = Path(folder.name) / "warm"
    env = _environment({})
    argv = [sys.executable, str(Path(warm.__file__).with_name("warm_server.py")), str(address)]
    server = subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(_end, server, folder)
    assert server.stdout is not None
    assert server.stdout.readline() == b"serving\n"
    return str(address), _read_at_start(env)


def _end(server: subprocess.Popen[bytes], folder: tempfile.TemporaryDirectory[str]) -> None:
    server.communicate()
    folder.cleanup()


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(GENERATOR), **more}


def _read_at_start(environment: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_READ_AT_START)}


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return io.TextIOWrapper(io.BytesIO(stream.read()), encoding="utf-8").read()

"""The process that the command is forked from, for tests: it has imported all of it, and runs none of it.

    python tests/warm_server.py ADDRESS

It ends when whoever started it closes its standard input. Owns that a fork is what a new process would be.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import os
import pkgutil
import select
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import gitramp
from gitramp.cli import main
from gitramp.overlays import snapshot
from gitramp.pipeline.build import build
from warm import DIED, take

ROOT = Path(__file__).resolve().parents[1]
LATE = ("git", "jsonschema", "jsonschema_rs", "yaml", "rich", "typer.rich_utils")


def serve(address: str) -> None:
    """Fork for each request."""
    import_all()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(address)
        listening.listen(64)
        signal.signal(signal.SIGCHLD, bury)
        sys.stdout.write("serving\n")
        sys.stdout.flush()
        for connection in asked(listening):
            with connection:
                if os.fork() == 0:
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    listening.close()
                    become(connection)


def import_all() -> None:
    """Import every module, and have made what is the same in each run: rules, validators, patterns."""
    for found in pkgutil.walk_packages(gitramp.__path__, "gitramp."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for name in LATE:
        importlib.import_module(name)
    build(snapshot(ROOT))
    gc.collect()
    gc.freeze()


def asked(listening: socket.socket) -> Iterator[socket.socket]:
    """Yield requests until there is nobody left to make one."""
    while sys.stdin not in (ready := select.select([listening, sys.stdin], [], [])[0]):
        if ready:
            yield listening.accept()[0]


def bury(*_: object) -> None:
    """Take note of forks that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def become(connection: socket.socket) -> NoReturn:
    """Be the command that was asked for."""
    code = DIED
    try:
        argv = take(connection)
        sys.argv, sys.stdin = ["gitramp", *argv], io.TextIOWrapper(os.fdopen(0, "rb", closefd=False))
        sys.stdout, sys.stderr = like(sys.stdout, 1), like(sys.stderr, 2)
        code = ended()
        atexit._run_exitfuncs()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001  whatever ends it, it must not become a second server
        traceback.print_exc()
    finally:
        for number in (0, 1, 2):  # a reader at the end of a pipe hears of it before the answer
            os.close(number)
        connection.sendall(str(code).encode())
        os._exit(code)


def like(stream: object, number: int) -> io.TextIOWrapper:
    """Open a stream as the interpreter opened its own."""
    assert isinstance(stream, io.TextIOWrapper)
    raw = os.fdopen(number, "wb", closefd=False)
    return io.TextIOWrapper(raw, encoding=stream.encoding, errors=stream.errors, line_buffering=number == 2)


def ended() -> int:
    """Run the command, and return how it ended."""
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return 0


if __name__ == "__main__":
    serve(sys.argv[1])

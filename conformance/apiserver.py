"""The API server as a command, to try objects while writing a check: `python -m conformance.apiserver ask PATH...`.

Owns that command. `serve` keeps one server running, and `ask` uses it when it is there, or else starts one for itself.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from conformance import binaries, cluster, definitions
from conformance.asking import ask
from conformance.client import Client
from conformance.corpus import read
from conformance.verdict import Verdict


def main(arguments: list[str] | None = None) -> int:
    """Run the command; `ask` exits with 1 when anything is refused."""
    parser = argparse.ArgumentParser(prog="python -m conformance.apiserver", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="keep a server for others to ask, until interrupted")
    asking = commands.add_parser("ask", help="say of each object in YAML files whether the API server takes it")
    asking.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder as one set of objects")
    chosen = parser.parse_args(arguments)
    if chosen.command == "serve":
        return _serve()
    with _server() as access, Client(access) as client:
        return max([_ask(client, path) for path in chosen.paths])


def _state() -> Path:
    return binaries.cache() / "apiserver.json"


def _serve() -> int:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with cluster.running() as access:
        with Client(access) as client:
            count = definitions.install(client)
        _state().write_text(json.dumps(asdict(access)))
        try:
            print(f"ready on port {access.port} with {count} definitions; interrupt to stop", flush=True)
            stopped.wait()
        finally:
            _state().unlink(missing_ok=True)
    return 0


@contextlib.contextmanager
def _server() -> Iterator[cluster.Access]:
    """Yield the server that is kept, alone: who asks changes the labels of namespaces. Or else start one."""
    with contextlib.ExitStack() as stack:
        if not (access := _kept(stack)):
            access = stack.enter_context(cluster.running())
            definitions.install(stack.enter_context(Client(access)))
        yield access


def _kept(stack: contextlib.ExitStack) -> cluster.Access | None:
    """Return the server that `serve` keeps, and wait until nobody else asks it; it may have been killed."""
    with contextlib.suppress(OSError):
        held = stack.enter_context(_state().open())
        fcntl.flock(held, fcntl.LOCK_EX)
        access = cluster.Access(**json.loads(held.read()))
        socket.create_connection((cluster.LOOPBACK, access.port)).close()
        return access
    return None


def _ask(client: Client, path: Path) -> int:
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    verdicts = ask(client, [document for file in files for document in read(file)])
    for verdict in verdicts:
        print(f"{path}: {_told(verdict)}")
        for warning in verdict.warnings:
            print(f"    warning {warning}")
    return int(any(verdict.refused for verdict in verdicts))


def _told(verdict: Verdict) -> str:
    if not verdict.known:
        return f"unknown   {verdict.subject}"
    return f"REFUSED   {verdict.subject}: {verdict.refusal}" if verdict.refused else f"accepted  {verdict.subject}"


if __name__ == "__main__":
    sys.exit(main())

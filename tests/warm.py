"""Ask for a run of the command, in a fork of a process that has imported it: more than half of a run is imports.

    python -SE tests/warm.py ADDRESS [ARGUMENT...]

Owns the request and the answer. Must not import anything heavy: shells start it as often as they start gitramp.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping, Sequence

DIED = 255


def ask(address: str, argv: Sequence[bytes], cwd: bytes, env: Mapping[bytes, bytes], streams: Sequence[int]) -> int:
    """Let the server run the command with these arguments, folder, environment and streams; return its exit code."""
    fields = [cwd, str(len(argv)).encode(), *argv, *(name + b"=" + value for name, value in env.items())]
    request = b"\0".join(fields)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(address)
        socket.send_fds(connection, [len(request).to_bytes(4, "big")], [*streams])
        connection.sendall(request)
        return int(connection.recv(4) or DIED)


def take(connection: socket.socket) -> list[str]:
    """Take the place of who asked, and return the arguments."""
    size, streams, _, _ = socket.recv_fds(connection, 4, 3)
    request = b""
    while len(request) < int.from_bytes(size, "big"):
        request += connection.recv(1 << 16)
    cwd, count, *rest = request.split(b"\0")
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(cwd)
    os.environb.clear()
    os.environb.update(dict(each.split(b"=", 1) for each in rest[int(count) :]))
    return [os.fsdecode(argument) for argument in rest[: int(count)]]


if __name__ == "__main__":
    asked = [os.fsencode(argument) for argument in sys.argv[2:]]
    sys.exit(ask(sys.argv[1], asked, os.getcwdb(), os.environb, (0, 1, 2)))  # noqa: PTH109  bytes, and no pathlib

"""The back end of every track: it answers whom Envoy meant, and counts.

Owns the few lines of HTTP/1.1 that a proxy speaks to it, and the counts. Must not know routes.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BufferedReader
from typing import Self

from gitramp.preview.doing import MEANT

_LARGEST_LINE = 65536


class BackEnd:
    """A server on a free port of this machine, and how many requests each destination got; closed on exit."""

    def __init__(self, pod_of: Callable[[str], str], address: str = "127.0.0.1") -> None:
        self._pod_of = pod_of
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._server = socket.create_server((address, 0), backlog=128)
        self.port: int = self._server.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing wakes nobody who accepts, and the number of the socket may be another back end's a moment later.
        with suppress(OSError):  # of who listens, not every system can shut anything down
            self._server.shutdown(socket.SHUT_RDWR)
        self._accepting.join(timeout=1)
        self._server.close()

    def counts(self) -> Counter[str]:
        """Return how many requests each destination got so far."""
        with self._lock:
            return Counter(self._counts)

    def meant(self, connection: socket.socket, headers: Mapping[str, str]) -> str:
        """Return for whom a request is."""
        del connection
        return headers.get(MEANT, "")

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:  # closed: the preview ends
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as incoming:
            try:
                while request := _read(incoming):
                    connection.sendall(self._answer(self.meant(connection, request[2]), *request))
            except (OSError, ValueError):  # Envoy went, or a client behind it
                return

    def _answer(self, meant: str, method: str, path: str, headers: Mapping[str, str]) -> bytes:
        with self._lock:
            self._counts[meant] += 1
        text = f"Host: {self._pod_of(meant)}\n".encode()
        told = (
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n"
            f"x-preview-destination: {meant}\r\nx-preview-path: {path}\r\nx-preview-host: {headers.get('host', '')}\r\n"
            f"content-length: {len(text)}\r\n\r\n"
        )
        return told.encode("latin-1", "replace") + (b"" if method == "HEAD" else text)  # one write: two cost 40 ms


def _read(incoming: BufferedReader) -> tuple[str, str, dict[str, str]] | None:
    """Read a request to the end of its body; None when the connection has ended."""
    first = incoming.readline(_LARGEST_LINE).decode("latin-1")
    if not first:
        return None
    method, path, _ = first.split(" ", 2)
    headers: dict[str, str] = {}
    while (line := incoming.readline(_LARGEST_LINE).decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if "chunked" in headers.get("transfer-encoding", ""):
        while size := int(incoming.readline(_LARGEST_LINE).split(b";")[0], 16):
            incoming.read(size + 2)
        incoming.readline(_LARGEST_LINE)
    else:
        incoming.read(int(headers.get("content-length", "0")))
    return method, path.partition("?")[0], headers

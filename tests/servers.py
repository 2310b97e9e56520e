"""Small HTTP servers for tests: real sockets, and an answer that the test makes up.

Owns starting and stopping them. Must not know what is asked.
"""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer; `raw` is sent as it is, with no status and no headers."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""


@contextlib.contextmanager
def serving(answer: Callable[[Asked], Reply]) -> Iterator[str]:
    """Yield the address of a server that answers so."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = answer(Asked(self.command, self.path, dict(self.headers), body))
            with contextlib.suppress(ConnectionError):
                self._send(reply)

        do_GET = do_POST  # noqa: N815  the name is http.server's

        def _send(self, reply: Reply) -> None:
            if reply.raw:
                self.wfile.write(reply.raw)
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as started:
        started.daemon_threads = True
        threading.Thread(target=started.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{started.server_port}"
        finally:
            started.shutdown()

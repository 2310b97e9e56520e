"""A Git server for tests: `git http-backend` behind HTTP with a password, and servers that hang, refuse or are gone.

`with serve(folder) as server:` serves the bare repositories below a folder at `server.url("name.git")`.
"""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

USER = "bot"


@dataclass
class GitServer:
    """A server on this machine; `password` may change while it runs, `status` other than 0 answers everything."""

    folder: Path
    port: int = 0
    password: str = ""
    status: int = 0
    body: bytes = b""
    seen: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each request."""

    def url(self, repository: str, password: str | None = None) -> str:
        """Return the address of a repository, with its password or another in it; "" for none."""
        word = self.password if password is None else password
        login = f"{USER}:{quote(word, safe='')}@" if word else ""
        return f"http://{login}127.0.0.1:{self.port}/{repository}"

    def header(self) -> str:
        """Return the header that says who is asking, as `http.extraHeader` takes it."""
        return f"Authorization: Basic {base64.b64encode(f'{USER}:{self.password}'.encode()).decode()}"


@contextmanager
def serve(folder: Path, password: str = "") -> Iterator[GitServer]:
    """Serve the repositories below a folder; pushes are allowed to whoever knows the password."""
    backend = Path(subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True).stdout.strip())
    if not (backend / "git-http-backend").exists():
        raise AssertionError("git-http-backend is missing: apt-get install git")
    server = GitServer(folder, password=password)
    with ThreadingHTTPServer(("127.0.0.1", 0), _asking(server)) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


def _asking(server: GitServer) -> type[BaseHTTPRequestHandler]:
    return type("Asked", (_Asked,), {"server_asked": server})


class _Asked(BaseHTTPRequestHandler):
    """One request to a server."""

    protocol_version = "HTTP/1.1"
    server_asked: GitServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Keep the terminal of the tests quiet."""

    def _answer(self) -> None:
        sent = self._sent()
        server = self.server_asked
        server.seen.append((self.command, self.path))
        if server.status:
            self._say(server.status, {"Content-Type": "text/plain"}, server.body)
        elif server.password and self.headers.get("Authorization", "") != server.header().split(": ", 1)[1]:
            self._say(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"who are you?\n")
        else:
            head, _, body = _backend(server.folder, self, sent).partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self._say(int(fields.pop("Status", "200").split()[0]), fields, body)

    def _sent(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = b""
        while size := int(self.rfile.readline(), 16):
            chunks += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return chunks

    def _say(self, status: int, fields: Mapping[str, str], body: bytes) -> None:
        with suppress(ConnectionError):
            self.send_response(status)
            for name, value in {**fields, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)


def _backend(folder: Path, request: BaseHTTPRequestHandler, sent: bytes) -> bytes:
    """Ask `git http-backend`, which is a CGI program: https://git-scm.com/docs/git-http-backend."""
    asked = urlsplit(request.path)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_TRACE")},
        "GIT_PROJECT_ROOT": str(folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "REMOTE_USER": USER,
        "REMOTE_ADDR": "127.0.0.1",
        "REQUEST_METHOD": request.command,
        "PATH_INFO": asked.path,
        "QUERY_STRING": asked.query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(sent)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
    }
    git = shutil.which("git") or "git"
    done = subprocess.run([git, "http-backend"], env=environment, input=sent, capture_output=True, check=False)
    return done.stdout


@contextmanager
def hang() -> Iterator[int]:
    """Give the port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def closed_port() -> int:
    """Return a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])

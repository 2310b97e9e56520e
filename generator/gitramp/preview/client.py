"""A client that asks a bounded number of times over a few connections that stay open.

Owns the connections. Must not know what answers mean.
"""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_THREADS = 4
_PATIENCE = 10  # seconds for one answer


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and how often to ask it."""

    port: int
    host: str
    target: str = "/"
    method: str = "GET"
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = ()
    times: int = 1
    address: str = "127.0.0.1"


class Reply(NamedTuple):
    """Who answered with which status; `destination` is empty where the proxy answered, `path` what a track saw.

    Status 0 stands for no answer at all; `location` is where a redirect leads.
    """

    status: int
    destination: str = ""
    path: str = ""
    location: str = ""


def ask(asked: Asked) -> Counter[Reply]:
    """Ask, and count the replies."""
    total: Counter[Reply] = Counter()
    lock = threading.Lock()

    def some(times: int) -> None:
        found = _several(asked, times)
        with lock:
            total.update(found)

    threads = min(_THREADS, asked.times)
    shares = [asked.times // threads + (position < asked.times % threads) for position in range(threads)]
    running = [threading.Thread(target=some, args=(times,), daemon=True) for times in shares]
    for each in running:
        each.start()
    for each in running:
        each.join()
    return total


def _several(asked: Asked, times: int) -> Counter[Reply]:
    found: Counter[Reply] = Counter()
    connection = http.client.HTTPConnection(asked.address, asked.port, timeout=_PATIENCE)
    for _ in range(times):
        try:
            found[_once(connection, asked)] += 1
        except (OSError, http.client.HTTPException):
            connection.close()
            found[Reply(0)] += 1
    connection.close()
    return found


def _once(connection: http.client.HTTPConnection, asked: Asked) -> Reply:
    connection.putrequest(asked.method, asked.target, skip_host=True, skip_accept_encoding=True)
    listed = asked.headers.items() if isinstance(asked.headers, Mapping) else asked.headers
    for name, value in (("host", asked.host), *listed):
        connection.putheader(name, value.encode())
    connection.endheaders()
    response = connection.getresponse()
    response.read()
    destination = response.getheader("x-preview-destination") or ""
    path, location = response.getheader("x-preview-path") or "", response.getheader("location") or ""
    return Reply(response.status, destination, path, location)

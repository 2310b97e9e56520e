"""Where a Prometheus is, and as whom to ask it.

Owns the reading of addresses and credentials, and what no text may show. Must not know requests.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from gitramp.problem import UsageError
from gitramp.secrets import HIDDEN
from gitramp.source import show

TOKEN = "GITRAMP_PROMETHEUS_TOKEN"  # noqa: S105  the name of a variable
HEADERS = "GITRAMP_PROMETHEUS_HEADERS"

_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*([\x20-\x7e]*)")
_OURS = {"host", "authorization", "content-type", "content-length", "transfer-encoding", "connection"}


@dataclass(frozen=True, slots=True)
class Server:
    """Where to ask, and as whom; only the address may be shown."""

    address: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)
    """Texts that no message shows."""

    def discreet(self, text: str) -> str:
        """Return a text of the server's without what it was told in confidence, on one short line."""
        for secret in self.hidden:
            text = text.replace(secret, HIDDEN)
        return show(text, 300)


def server(url: str, environ: Mapping[str, str]) -> Server:
    """Read an address, and from the environment's variables as whom to ask.

    Raises UsageError, which shows nothing of them, when they cannot be used.
    """
    parts = _parts(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    address = f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"
    headers = dict(_further(environ.get(HEADERS, "")))
    hidden = [*headers.values()]
    token = environ.get(TOKEN, "").strip()
    if not re.fullmatch(r"[\x21-\x7e]*", token):
        raise UsageError(f"{TOKEN} holds what no header can carry: a token is one line of ASCII without spaces")
    if token and parts.username is not None:
        raise UsageError(f"the address has a user and {TOKEN} is set: Prometheus can be told one of them")
    if token:
        headers["Authorization"] = f"Bearer {token}"
        hidden.append(token)
    elif parts.username is not None:
        user, password = unquote(parts.username), unquote(parts.password or "")
        encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {encoded}"
        hidden += [encoded, password, parts.password or ""]
    return Server(address, headers, tuple(sorted({each for each in hidden if each}, key=len, reverse=True)))


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError("the address of Prometheus is no URL; such as https://prometheus.example.com/prometheus")
    if parts.scheme not in {"http", "https"}:
        raise UsageError(f"the address of Prometheus begins with {show(parts.scheme)}:, not with http: or https:")
    if parts.query or parts.fragment:
        raise UsageError("the address of Prometheus has a `?` or `#`; give what stands before /api/v1")
    return parts


def _further(said: str) -> Iterator[tuple[str, str]]:
    for line in said.splitlines():
        found = _HEADER.fullmatch(line.strip())
        if line.strip() and (found is None or found[1].lower() in _OURS):
            raise UsageError(f"{HEADERS} has a line that is no header of yours; one `Name: value` a line")
        if found:
            yield found[1], found[2]

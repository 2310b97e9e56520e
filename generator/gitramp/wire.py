"""Texts of requests as they come to a proxy: what clients encode is encoded, and paths are normalised.

Owns these forms. A test of another form takes no request. Must not know who tests what.
https://istio.io/latest/docs/ops/best-practices/security/#guideline-on-configuring-the-path-normalization-option
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

_PRINTABLE = "".join(map(chr, range(33, 127)))
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # https://www.rfc-editor.org/rfc/rfc3986#section-2.3
_METHODS = """
ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY
OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK
UNSUBSCRIBE
"""
METHODS = frozenset(_METHODS.split())
"""The methods that Envoy takes; of any other, one in small letters among them, it says 400."""
_JOINED = """
accept accept-encoding access-control-request-headers access-control-request-method
access-control-request-private-network authorization cache-control content-encoding content-type expect
grpc-accept-encoding grpc-timeout if-match if-modified-since if-none-match if-range if-unmodified-since origin
pragma proxy-status referer user-agent via x-client-trace-id x-envoy-attempt-count x-forwarded-for x-forwarded-host
x-forwarded-port x-forwarded-proto x-request-id
"""
JOINED = frozenset(_JOINED.split())
"""Headers that Envoy has a place for: their lines are one value. `make preview-check` asks it."""
_CANONICAL = re.compile(r'["<>^`{|}]')  # what Envoy encodes besides, when it normalises a path


def target(text: str) -> str:
    """Return what stands between method and version of a request for a path with its query."""
    return quote(text.partition("#")[0], safe=_PRINTABLE)


def path(text: str) -> str:
    """Return a path as it is compared: unreserved letters stand for themselves, others are encoded."""
    said = _ESCAPE.sub(_plain, target(text).replace("\\", "/"))
    return _CANONICAL.sub(lambda found: f"%{ord(found[0]):02X}", said)


def _plain(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return letter if _UNRESERVED.match(letter) else found[0]


def whole_path(text: str) -> str:
    """Return a whole path as it is compared, `.` and `..` resolved; slashes are not merged."""
    kept: list[str] = []
    *folders, last = path(text).split("/")[1:] or [""]
    for segment in (*folders, *([last, ""] if last in {".", ".."} else [last])):
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def query(text: str, *, name: bool = False) -> str:
    """Return the value of a query parameter, or its name, as it is compared: nothing is decoded."""
    return quote(text, safe=re.sub("[#&=]" if name else "[#&]", "", _PRINTABLE))


def lines(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """Return the values of a header of several lines that are tested, each by itself; of cookies one, as HTTP/2 has it.

    https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3
    """
    sent = tuple(header(value) for value in values)
    if name == "cookie":
        return ("; ".join(sent),)
    return (",".join(sent),) if name in JOINED else sent


def header(text: str) -> str:
    """Return a header's value as it is compared: without blanks around it, and on one line."""
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", "", text).strip(" \t")

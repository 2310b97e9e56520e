"""Texts of requests as they come to a proxy: what clients encode is encoded, and paths are normalised.

Owns these forms. A test of another form takes no request. Must not know who tests what.
https://istio.io/latest/docs/ops/best-practices/security/#guideline-on-configuring-the-path-normalization-option
"""

from __future__ import annotations

import re
from urllib.parse import quote

_PRINTABLE = "".join(map(chr, range(33, 127)))
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # https://www.rfc-editor.org/rfc/rfc3986#section-2.3
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


def header(text: str) -> str:
    """Return a header's value as it is compared: without blanks around it, and on one line."""
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", "", text).strip(" \t")

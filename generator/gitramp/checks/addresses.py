"""Addresses as istiod reads them: IP addresses, blocks of them, sockets, port numbers, URLs.

Owns the notations; "" means that an address is fine. They are those of Go's net/netip: https://pkg.go.dev/net/netip.
Must not know which object an address is for.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

UNIX = "unix://"
_BITS = re.compile("0|[1-9][0-9]{0,2}")
_LARGEST_PORT = 65535
_NOT_IN_A_HOST = re.compile(r"[ %{}|\\^`]")
_BROKEN_ESCAPE = re.compile("%(?![0-9a-fA-F]{2})")


def ip(text: str) -> str:
    """Fault of an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return "is no IP address"
    return ""


def block(text: str) -> str:
    """Fault of a block of addresses, as 10.0.0.0/8; the bits behind the mask may be set."""
    address, slash, bits = text.partition("/")
    if not slash or "%" in address or not _BITS.fullmatch(bits) or ip(address):
        return "is no block of addresses such as 10.0.0.0/8"
    most = ipaddress.ip_address(address).max_prefixlen
    return f"has a mask of {bits} bits, {most} at most" if int(bits) > most else ""


def ip_or_block(text: str) -> str:
    """Fault of what may be an IP address or a block of them."""
    return block(text) if "/" in text else ip(text)


def socket(text: str) -> str:
    """Fault of the path of a Unix domain socket, without its `unix://`; one that starts with @ has no file."""
    if not text:
        return "names no socket"
    return "" if text.startswith("@") or is_file(text) else "is no absolute path to a file"


def is_file(path: str) -> bool:
    """Whether a path is absolute and not that of a folder."""
    return path.startswith("/") and not path.endswith("/")


def port(number: int | None) -> str:
    """Fault of a port number; one that is not said is 0 to istiod."""
    return "" if number is not None and 1 <= number <= _LARGEST_PORT else f"is not from 1 to {_LARGEST_PORT}"


def can_be_fetched(url: str) -> bool:
    """Whether a URL is one, whatever its scheme."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for what is no port
    except ValueError:
        return False
    broken = _BROKEN_ESCAPE.search(parts.path) or _NOT_IN_A_HOST.search(parts.netloc.rpartition("@")[2])
    return url.isprintable() and not url.startswith(" ") and not broken

"""Addresses as istiod reads them: IP addresses, blocks of them, sockets, port numbers.

Owns the notations; "" means that an address is fine. They are those of Go's net/netip: https://pkg.go.dev/net/netip.
Must not know which object an address is for.
"""

from __future__ import annotations

import ipaddress
import re

UNIX = "unix://"
_BITS = re.compile("0|[1-9][0-9]{0,2}")
_LARGEST_PORT = 65535


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

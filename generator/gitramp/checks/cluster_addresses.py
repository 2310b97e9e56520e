"""IP addresses and ranges of them, as the API server reads them.

Owns the reading; None is what is none. Must not know what an address is of.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def read_address(text: str) -> Address | None:
    """Return an address; one with a zone is none."""
    try:
        return None if "%" in text else ip_address(text)
    except ValueError:
        return None


def read_network(text: str) -> Network | None:
    """Return a range such as 10.0.0.0/8; a range whose address has bits behind the prefix is none any more.

    https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation
    """
    try:
        return ip_network(text) if "/" in text and "%" not in text and text.rpartition("/")[2].isdecimal() else None
    except ValueError:
        return None

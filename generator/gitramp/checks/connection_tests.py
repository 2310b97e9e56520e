"""What a match of a TLS or TCP rule asks of a connection, and whether one match takes all that another would.

Owns the reading of TLSMatchAttributes and L4MatchAttributes and their cover. Must not know where connections go.
https://istio.io/latest/docs/reference/config/networking/virtual-service/#L4MatchAttributes
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitramp import body

_READ = {"sniHosts", "destinationSubnets", "port", "sourceLabels", "gateways", "sourceNamespace"}


@dataclass(frozen=True, slots=True)
class Asked:
    """All that one match asks for; `whole` is False where more is asked than read."""

    hosts: frozenset[str]
    subnets: frozenset[str]
    port: int | None
    gateways: frozenset[str]
    labels: Mapping[str, Any]
    namespace: str
    whole: bool


def read(match: Any, gateways: frozenset[str]) -> Asked:
    """Read a match; one that names no gateways is for all that the VirtualService is bound to."""
    return Asked(
        frozenset(host.lower() for host in _texts(match, "sniHosts")),
        frozenset(_texts(match, "destinationSubnets")),
        body.number(match, "port"),
        frozenset(_texts(match, "gateways")) or gateways,
        body.mapping(match, "sourceLabels"),
        body.text(match, "sourceNamespace"),
        isinstance(match, dict) and match.keys() <= _READ,
    )


def covers(wide: Asked, narrow: Asked) -> bool:
    """Whether every connection that fits `narrow` is known to fit `wide`."""
    if not wide.whole or wide.port not in {None, narrow.port} or not narrow.gateways <= wide.gateways:
        return False
    if wide.namespace not in {"", narrow.namespace} or not wide.labels.items() <= narrow.labels.items():
        return False
    if wide.subnets and not (narrow.subnets and narrow.subnets <= wide.subnets):
        return False
    if not wide.hosts:
        return True
    return bool(narrow.hosts) and all(any(_covers(one, host) for one in wide.hosts) for host in narrow.hosts)


def _covers(wide: str, narrow: str) -> bool:
    return wide in {"*", narrow} or (wide.startswith("*.") and narrow.endswith(wide[1:]))


def _texts(match: Any, name: str) -> list[str]:
    return [each for _, each in body.items(match, name) if isinstance(each, str)]

"""The traffic policies of an object, and the settings in them: of a host, of its subsets, of single ports.

Owns where DestinationRules and Sidecars keep them. Must not know any rule.
https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.checks.fields import EACH, mappings
from gitramp.pointer import Pointer
from gitramp.resource import Manifest

Found = Iterator[tuple[Pointer, dict[str, Any]]]
_POLICIES = (("trafficPolicy",), ("subsets", EACH, "trafficPolicy"))
_POOLS = (("inboundConnectionPool",), ("ingress", EACH, "connectionPool"))


def policies(manifest: Manifest) -> Found:
    """Yield the policy of the host and those of its subsets."""
    for path in _POLICIES:
        yield from mappings(manifest.body, "spec", *path)


def of_ports(manifest: Manifest) -> Found:
    """Yield the settings for single ports of every policy."""
    for at, policy in policies(manifest):
        yield from (((*at, *below), settings) for below, settings in mappings(policy, "portLevelSettings", EACH))


def settings(manifest: Manifest, *field: str) -> Found:
    """Yield a part of every policy and of every port's settings, such as `tls`."""
    for at, said in (*policies(manifest), *of_ports(manifest)):
        yield from (((*at, *below), part) for below, part in mappings(said, *field))


def pools(manifest: Manifest) -> Found:
    """Yield every connection pool of a DestinationRule or Sidecar."""
    yield from settings(manifest, "connectionPool")
    for path in _POOLS:
        yield from mappings(manifest.body, "spec", *path)

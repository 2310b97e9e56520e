"""The servers of Istio Gateways: which port of which pods they take, and for which hosts.

Owns the walk and what makes two servers meet. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from gitramp import body
from gitramp.checks.routes import gateways, texts
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet


@dataclass(frozen=True, slots=True)
class Server:
    """One server of a Gateway; `selector` chooses the pods that run it."""

    manifest: Manifest
    pointer: Pointer
    selector: Mapping[str, Any]
    port: int
    protocol: str
    hosts: tuple[tuple[Pointer, str], ...]

    @property
    def credential(self) -> str:
        """The Secret of its certificate."""
        return body.text(self.manifest.body, *self.pointer, "tls", "credentialName")


def servers(manifests: ManifestSet) -> Iterator[Server]:
    """Yield every server of every Gateway."""
    for gateway in gateways(manifests):
        selector = body.mapping(gateway.body, "spec", "selector")
        for at, found in body.items(gateway.body, "spec", "servers"):
            port, protocol = body.number(found, "port", "number") or 0, body.text(found, "port", "protocol")
            hosts = tuple(texts(gateway, *at, "hosts"))
            yield Server(gateway, at, selector, port, protocol.upper(), hosts)


def together(manifests: ManifestSet) -> Iterator[tuple[Server, Server]]:
    """Yield each two servers of different Gateways that the same pods run: one selector is part of the other."""
    for one, other in combinations(servers(manifests), 2):
        first, second = one.selector.items(), other.selector.items()
        if one.manifest is not other.manifest and (first <= second or second <= first):
            yield one, other

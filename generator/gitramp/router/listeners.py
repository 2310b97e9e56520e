"""The listeners of Gateway API's Gateways: which of them take a request.

Owns ports and host names of listeners. Of those on one port the nearest host name takes a request, and the routes of
the others do not count, as istiod has it. Must not know routes.
https://gateway-api.sigs.k8s.io/reference/spec/#listener
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gitramp import body
from gitramp.resource import ManifestSet
from gitramp.router.request import Request
from gitramp.router.services import covering

GROUP = "gateway.networking.k8s.io"


class Listener(NamedTuple):
    """A listener: its name, its port, its host in lower case, `*` where it has none, and its protocol."""

    name: str = ""
    port: int = 0
    host: str = "*"
    protocol: str = "HTTP"


@functools.lru_cache(maxsize=256)
def _by_host(manifests: ManifestSet, gateway: str) -> Mapping[str, Sequence[Listener]]:
    """Return the listeners of a Gateway, `namespace/name`, by their hosts: one may have a thousand."""
    known: dict[str, list[Listener]] = {}
    for each in manifests.of_kind("Gateway"):
        if each.id.gvk.group == GROUP and f"{each.id.namespace}/{each.id.name}" == gateway:
            for _, found in body.items(each.body, "spec", "listeners"):
                host = body.text(found, "hostname").lower() or "*"
                name, port = body.text(found, "name"), body.number(found, "port") or 0
                listener = Listener(name, port, host, body.text(found, "protocol"))
                known.setdefault(host, []).append(listener)
    return known


def taking(manifests: ManifestSet, gateway: str, request: Request) -> list[Listener]:
    """Return the listeners of a Gateway that take a request: on each port that it may be for, those nearest to it."""
    known, nearest = _by_host(manifests, gateway), dict[int, str]()
    return [
        each
        for host in covering(request.host)
        for each in known.get(host, ())
        if request.port in {0, each.port} and nearest.setdefault(each.port, host) == host
    ]

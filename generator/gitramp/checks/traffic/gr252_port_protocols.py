"""GR252: a port of a gateway speaks one protocol, and 443 speaks TLS."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.servers import Server, servers, together
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR252",
    "a port of a gateway with the wrong protocol",
    "Clients speak TLS on 443 and get an error from a server of plain HTTP; of two protocols on one port of the same "
    "pods the mesh keeps that of the older Gateway.",
    "say `tls` for HTTPS, and give TLS and plain HTTP different ports",
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each plain server on 443, and each two servers that disagree on a port."""
    found = list(servers(manifests))
    for server in found:
        if server.port == 443 and server.protocol in {"HTTP", "HTTP2", "GRPC"}:
            yield Breach("port 443 speaks plain HTTP", _at(server), server.manifest)
    for one, other in pairwise(found):
        if one.manifest is other.manifest and one.port == other.port and one.protocol != other.protocol:
            yield _disagree(one, other)
    for one, other in together(manifests):
        if one.port == other.port and one.protocol != other.protocol:
            yield _disagree(one, other)


def _disagree(one: Server, other: Server) -> Breach:
    message = f"port {other.port} speaks {other.protocol} here and {one.protocol} in {one.manifest.id}"
    return Breach(message, _at(other), other.manifest)


def _at(server: Server) -> tuple[str | int, ...]:
    return (*server.pointer, "port", "number")


RULE = ManifestRule(CODE, find)

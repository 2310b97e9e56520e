"""GR942: a server of a Gateway listens on a port, for a protocol, at an address that can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses, mesh_objects, mesh_protocols
from gitramp.checks.addresses import UNIX
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR942",
    "a port of a Gateway that istiod refuses",
    "A port has a name, a number from 1 to 65535 and a protocol that the mesh knows; bind is an IP address, or a "
    "socket and then there is no number.",
    "say name, number and protocol of the port",
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#Port",
)
_Fault = tuple[str, Pointer]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each server without a port, and each part of a port that cannot be."""
    for at, server in mappings(manifest.body, "spec", "servers", EACH):
        bind, port = body.text(server, "bind"), body.field(server, "port")
        found = (
            (*_port(port, bind), *_bind(port, bind)) if isinstance(port, dict) else (("the server has no port", ()),)
        )
        yield from (Breach(message, (*at, *below), manifest) for message, below in found)


def _port(port: Any, bind: str) -> Iterator[_Fault]:
    number, protocol = body.number(port, "number") or 0, body.text(port, "protocol")
    if not mesh_protocols.is_known(protocol):
        yield f"protocol {show(protocol)} is none that the mesh knows", ("port", "protocol")
    if (fault := addresses.port(number)) and (number or not bind.startswith(UNIX)):
        yield f"port {number} {fault}", ("port", "number")
    if body.number(port, "targetPort"):
        yield "a Gateway's port has no targetPort", ("port", "targetPort")
    if not body.text(port, "name"):
        yield "the port has no name", ("port",)


def _bind(port: Any, bind: str) -> Iterator[_Fault]:
    if not bind.startswith(UNIX):
        if bind and (fault := addresses.ip(bind)):
            yield f"bind {show(bind)} {fault}", ("bind",)
        return
    if fault := addresses.socket(bind.removeprefix(UNIX)):
        yield f"bind {show(bind)} {fault}", ("bind",)
    if body.number(port, "number"):
        yield "a server at a socket has no port number", ("port", "number")


RULE = ObjectRule(CODE, frozenset({mesh_objects.GATEWAY}), find)

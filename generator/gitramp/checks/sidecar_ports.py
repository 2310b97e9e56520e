"""The ports of a Sidecar's listeners, on its way in and on its way out.

Owns the rules that hold for both. Must not know any code.
https://istio.io/latest/docs/reference/config/networking/sidecar/#SidecarPort
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses, mesh_protocols
from gitramp.checks.mesh_names import dns_label
from gitramp.pointer import Pointer
from gitramp.source import show

Fault = tuple[str, Pointer]


def port(said: Any) -> Iterator[Fault]:
    """Yield what is wrong with name, protocol and target of a port."""
    name, protocol = body.text(said, "name"), body.text(said, "protocol")
    if name and (fault := dns_label(name)):
        yield f"port name {show(name)} {fault}", ("port", "name")
    if protocol and not mesh_protocols.is_known(protocol):
        yield f"protocol {show(protocol)} is none that the mesh knows", ("port", "protocol")
    if body.number(said, "targetPort"):
        yield "a Sidecar's port has no targetPort", ("port", "targetPort")


def bound(listener: Any) -> Iterator[Fault]:
    """Yield what is wrong with number and address of a listener that is at no socket."""
    number, bind = body.number(listener, "port", "number") or 0, body.text(listener, "bind")
    if fault := addresses.port(number):
        yield f"port {number} {fault}", ("port", "number")
    if bind and (fault := addresses.ip(bind)):
        yield f"bind {show(bind)} {fault}", ("bind",)

"""GR952: the ports of a ServiceEntry have numbers and names of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses, mesh_objects, mesh_protocols, service_entry
from gitramp.checks.mesh_names import dns_label
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR952",
    "a port of a ServiceEntry that istiod refuses",
    "Each port has a name without dots and a number from 1 to 65535 that no other has, and a protocol that the mesh "
    "knows, or none.",
    "give each port a name and a number of its own",
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/#ServicePort",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each name, number and protocol of a port that cannot be, and each that is said twice."""
    names: set[str] = set()
    numbers: set[int] = set()
    for at, port in service_entry.ports(manifest):
        name, number = body.text(port, "name"), body.number(port, "number") or 0
        if name in names:
            yield Breach(f"two ports have the name {show(name)}", (*at, "name"), manifest)
        if number in numbers:
            yield Breach(f"two ports have the number {number}", (*at, "number"), manifest)
        names.add(name)
        numbers.add(number)
        for message, field in _faults(port, name, number):
            yield Breach(message, (*at, field), manifest)


def _faults(port: Any, name: str, number: int) -> Iterator[tuple[str, str]]:
    protocol, target = body.text(port, "protocol"), body.number(port, "targetPort")
    if fault := dns_label(name):
        yield f"port name {show(name)} {fault}", "name"
    if fault := addresses.port(number):
        yield f"port {number} {fault}", "number"
    if target is not None and (fault := addresses.port(target)):
        yield f"targetPort {target} {fault}", "targetPort"
    if protocol and not mesh_protocols.is_known(protocol):
        yield f"protocol {show(protocol)} is none that the mesh knows", "protocol"


RULE = ObjectRule(CODE, frozenset({mesh_objects.SERVICE_ENTRY}), find)

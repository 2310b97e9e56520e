"""Workloads outside of the cluster, as WorkloadEntries, ServiceEntries and WorkloadGroups say them.

Owns the rules that hold for such an entry wherever it stands, as istiod and the definitions have them. Must not know
which object it is in. https://istio.io/latest/docs/reference/config/networking/workload-entry/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses
from gitramp.checks.addresses import UNIX
from gitramp.checks.mesh_names import dns_label, fqdn, label_key, label_value
from gitramp.pointer import Pointer
from gitramp.source import show

Fault = tuple[str, Pointer]
_LONGEST_PORT_NAME = 62


def address(entry: Any, *, by_name: bool) -> Iterator[Fault]:
    """Yield what is wrong with the address: it is an IP address, a socket or, `by_name`, a DNS name."""
    said = body.text(entry, "address")
    if not said:
        if not body.text(entry, "network"):
            yield "the workload has neither address nor network", ()
    elif said.startswith(UNIX):
        yield from socket(entry)
    elif addresses.ip(said) and not (by_name and not fqdn(said)):
        yield f"address {show(said)} is no IP address{' and no DNS name' if by_name else ''}", ("address",)


def socket(entry: Any) -> Iterator[Fault]:
    """Yield what is wrong with an address that is a socket."""
    said = body.text(entry, "address")
    if not said.startswith(UNIX):
        return
    path = said.removeprefix(UNIX)
    if fault := addresses.socket(path) or ("is a folder" if path.endswith("/") else ""):
        yield f"socket {show(said)} {fault}", ("address",)
    if isinstance(body.field(entry, "ports"), dict):
        yield "a workload at a socket has no ports", ("ports",)


def ports(entry: Any) -> Iterator[Fault]:
    """Yield what is wrong with the ports."""
    for name, number in body.mapping(entry, "ports").items():
        long = f"is {len(name)} characters long, {_LONGEST_PORT_NAME} at most" if len(name) > _LONGEST_PORT_NAME else ""
        if fault := long or dns_label(name):
            yield f"port name {show(name)} {fault}", ("ports", name)
        if fault := addresses.port(body.number(number)):
            yield f"port {body.shown(number)} {fault}", ("ports", name)


def labels(said: Any) -> Iterator[Fault]:
    """Yield what is wrong with labels."""
    for key, value in body.mapping(said).items():
        if fault := label_key(key):
            yield f"the label key {show(key)} {fault}", (key,)
        if isinstance(value, str) and (fault := label_value(value)):
            yield f"the label value {show(value)} {fault}", (key,)

"""Gateway API's Gateways: what the rules in their definition refuse beyond its schema.

Owns the rules of listeners. Must not know how a fault is told.
https://gateway-api.sigs.k8s.io/reference/spec/#gateway
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.forms import Fault
from gitramp.pointer import Pointer
from gitramp.source import show

_WITHOUT_TLS = {"HTTP", "TCP", "UDP"}
_WITHOUT_HOST = {"TCP", "UDP"}


def faults(tree: Any) -> Iterator[Fault]:
    """Yield what is wrong with the listeners of a Gateway."""
    names: set[str] = set()
    taken: set[tuple[int | None, str, str]] = set()
    for at, listener in body.items(tree, "spec", "listeners"):
        yield from _of_listener(listener, at)
        name, protocol = body.text(listener, "name"), body.text(listener, "protocol")
        if name and name in names:
            yield Fault(f"listener {show(name)} is there twice", (*at, "name"))
        names.add(name)
        port, host = body.number(listener, "port"), body.text(listener, "hostname")
        if (port, protocol, host) in taken:
            of = f" for {show(host)}" if host else ""
            yield Fault(f"two listeners take port {port}, {show(protocol)}{of}", at)
        taken.add((port, protocol, host))


def _of_listener(listener: Any, at: Pointer) -> Iterator[Fault]:
    protocol, tls = body.text(listener, "protocol"), body.field(listener, "tls")
    mode = body.text(listener, "tls", "mode")
    if protocol in _WITHOUT_TLS and tls is not None:
        yield Fault(f"a listener for {protocol} has no tls", (*at, "tls"))
    if protocol in _WITHOUT_HOST and body.text(listener, "hostname"):
        yield Fault(f"a listener for {protocol} has no hostname", (*at, "hostname"))
    if protocol == "HTTPS" and mode not in {"", "Terminate"}:
        yield Fault(f"the tls mode of HTTPS is Terminate, not {show(mode)}", (*at, "tls", "mode"))
    if protocol == "TLS" and not mode:
        yield Fault("a listener for TLS says a tls mode", at)
    ends = isinstance(tls, dict) and mode in {"", "Terminate"}
    if ends and not (body.field(tls, "certificateRefs") or body.field(tls, "options")):
        yield Fault("tls that ends here has no certificateRefs", (*at, "tls"))

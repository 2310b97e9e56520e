"""GR961: the egress listeners of a Sidecar have ports of their own, and the one without a port is the last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses, mesh_objects, sidecar_ports
from gitramp.checks.addresses import UNIX
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.mesh_names import fqdn
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR961",
    "an egress listener that istiod refuses",
    "A listener has a port of its own, or is at a socket of its own and captures nothing; the one that says no port "
    "takes what is left, so it comes last.",
    "give each listener a port, and put the one without it at the end",
    source="https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener",
)
_Fault = tuple[str, Pointer]
_POLICY = ("spec", "outboundTrafficPolicy")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each listener out of order, or with a port or address that cannot be or that another has."""
    listeners = list(mappings(manifest.body, "spec", "egress", EACH))
    seen: set[int | str] = set()
    for position, (at, listener) in enumerate(listeners, 1):
        if not isinstance(listener.get("port"), dict):
            if position < len(listeners):
                yield Breach("the listener without a port is not the last", at, manifest)
            continue
        place = body.number(listener, "port", "number") or body.text(listener, "bind")
        if place in seen:
            yield Breach(f"two listeners are at {show(place)}", at, manifest)
        seen.add(place)
        found = (*sidecar_ports.port(listener["port"]), *_bound(listener))
        yield from (Breach(message, (*at, *below), manifest) for message, below in found)
    for message, field in _proxy(body.field(manifest.body, *_POLICY)):
        yield Breach(message, (*_POLICY, field), manifest)


def _bound(listener: Any) -> Iterator[_Fault]:
    bind = body.text(listener, "bind")
    if body.number(listener, "port", "number"):
        yield from sidecar_ports.bound(listener)
        return
    if not bind.startswith(UNIX):
        yield "the listener has neither a port number nor a socket", ("port",)
    elif fault := addresses.socket(bind.removeprefix(UNIX)):
        yield f"bind {show(bind)} {fault}", ("bind",)
    if body.text(listener, "captureMode") == "IPTABLES":
        yield "nothing is captured for a socket", ("captureMode",)


def _proxy(policy: Any) -> Iterator[tuple[str, str]]:
    proxy = body.field(policy, "egressProxy")
    if isinstance(proxy, dict):
        if body.text(policy, "mode") != "ALLOW_ANY":
            yield "egressProxy goes with the mode ALLOW_ANY only", "egressProxy"
        if not isinstance(proxy.get("port"), dict) or fqdn(body.text(proxy, "host")):
            yield "egressProxy is no host with a port", "egressProxy"


RULE = ObjectRule(CODE, frozenset({mesh_objects.SIDECAR}), find)

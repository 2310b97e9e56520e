"""GR960: a Sidecar says something, and each of its ingress listeners has a port and leads to the workload."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses, mesh_objects, sidecar_ports
from gitramp.checks.addresses import UNIX
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR960",
    "a Sidecar or ingress listener that istiod refuses",
    "A listener has a port from 1 to 65535 that no other has, at an IP address, and hands requests to the pod itself: "
    "to 127.0.0.1, the pod's address 0.0.0.0, or a socket.",
    "say a port, and a defaultEndpoint such as 127.0.0.1:8080",
    source="https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioIngressListener",
)
_PARTS = ("egress", "ingress", "outboundTrafficPolicy", "inboundConnectionPool")
_ENDPOINT = re.compile(r"(?P<host>[^:\[\]]*|\[[^\[\]]*\]):(?P<port>[-+]?[0-9]{1,9})")
_OWN = {"", "127.0.0.1", "0.0.0.0", "[::1]", "[::]"}  # noqa: S104 - nothing is bound here
_Fault = tuple[str, Pointer]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield a Sidecar that says nothing, and each listener with a port, address or endpoint that cannot be."""
    if not any(body.field(manifest.body, "spec", part) not in (None, []) for part in _PARTS):
        yield Breach("the Sidecar says nothing", ("spec",), manifest, remedy="say egress or ingress, or remove it")
    seen: set[int] = set()
    for at, listener in mappings(manifest.body, "spec", "ingress", EACH):
        number = body.number(listener, "port", "number") or 0
        if not isinstance(listener.get("port"), dict):
            yield Breach("the listener has no port", at, manifest)
            continue
        if number in seen:
            yield Breach(f"two listeners have the port {number}", (*at, "port", "number"), manifest)
        seen.add(number)
        found = (*sidecar_ports.port(listener["port"]), *sidecar_ports.bound(listener), *_endpoint(listener))
        yield from (Breach(message, (*at, *below), manifest) for message, below in found)


def _endpoint(listener: Any) -> Iterator[_Fault]:
    endpoint, at = body.text(listener, "defaultEndpoint"), ("defaultEndpoint",)
    if endpoint.startswith(UNIX):
        if fault := addresses.socket(endpoint.removeprefix(UNIX)):
            yield f"defaultEndpoint {show(endpoint)} {fault}", at
    elif endpoint:
        parts = _ENDPOINT.fullmatch(endpoint)
        if parts is None or parts["host"] not in _OWN:
            yield f"defaultEndpoint {show(endpoint)} is not in the pod, as 127.0.0.1:8080 is", at
        elif fault := addresses.port(int(parts["port"])):
            yield f"the port of defaultEndpoint {show(endpoint)} {fault}", at


RULE = ObjectRule(CODE, frozenset({mesh_objects.SIDECAR}), find)

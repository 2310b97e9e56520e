"""GR915: a destination is a host, with a port and a subset that can be."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import addresses, mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.mesh_names import dns_label, wildcard_host
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR915",
    "a destination that istiod refuses",
    "A destination is the DNS name of a service and not `*`; its port is a number, and its subset a name without dots.",
    "name the service as <name>.<namespace>.svc.<domain>, and its port",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
)
_PLACES = (
    ("http", EACH, "route", EACH, "destination"),
    ("http", EACH, "mirror"),
    ("http", EACH, "mirrors", EACH, "destination"),
    ("tls", EACH, "route", EACH, "destination"),
    ("tcp", EACH, "route", EACH, "destination"),
    ("outboundTrafficPolicy", "egressProxy"),
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each destination whose host, port or subset cannot be."""
    for place in _PLACES:
        for at, destination in mappings(manifest.body, "spec", *place):
            yield from (Breach(message, where, manifest) for message, where in _faults(destination, at))


def _faults(destination: object, at: Pointer) -> Iterator[tuple[str, Pointer]]:
    host, subset = body.text(destination, "host"), body.text(destination, "subset")
    if fault := "is for all hosts" if host == "*" else wildcard_host(host):
        yield f"destination {show(host)} {fault}", (*at, "host")
    if subset and (fault := dns_label(subset)):
        yield f"subset {show(subset)} {fault}", (*at, "subset")
    if isinstance(body.field(destination, "port"), dict):
        number = body.number(destination, "port", "number")
        if fault := addresses.port(number):
            yield f"port {number or 0} of destination {show(host)} {fault}", (*at, "port")


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE, mesh_objects.SIDECAR}), find)

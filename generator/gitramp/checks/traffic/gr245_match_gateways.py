"""GR245: a match names gateways that its VirtualService is bound to, and ports that requests come in on."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.arrivals import arrivals
from gitramp.checks.routes import MESH, gateway_names, texts
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR245",
    "a match for a gateway or port on which no request comes in",
    "A match is tried only for requests that came through a gateway of the VirtualService, on the port that it tests. "
    "One that names another never fits.",
    "name one of the VirtualService's gateways, and the port of the gateway or of the Service that is called",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each gateway that only a match names, and each port that neither gateways nor hosts have."""
    for virtual_service in routes.virtual_services(manifests):
        bound = frozenset(name for _, name in gateway_names(virtual_service))
        ports = arrivals(manifests, virtual_service)
        for protocol in ("http", "tls", "tcp"):
            for rule, _ in body.items(virtual_service.body, "spec", protocol):
                for at, _ in body.items(virtual_service.body, *rule, "match"):
                    yield from _gateways(virtual_service, at, bound)
                    yield from _port(virtual_service, at, ports)


def _gateways(manifest: Manifest, at: Pointer, bound: frozenset[str]) -> Iterator[Breach]:
    for where, name in texts(manifest, *at, "gateways"):
        full = name if name == MESH or "/" in name else f"{manifest.id.namespace}/{name}"
        if full not in bound:
            yield Breach(f"{manifest.id} is not bound to gateway {show(name)}", where, manifest)


def _port(manifest: Manifest, at: Pointer, ports: frozenset[int]) -> Iterator[Breach]:
    number = body.number(manifest.body, *at, "port")
    if number is not None and ports and number not in ports:
        known = ", ".join(map(str, sorted(ports)))
        yield Breach(f"no request comes in on port {number}, only on {known}", (*at, "port"), manifest)


RULE = ManifestRule(CODE, find)

"""GR212: every route leads to a Service that is there, on a port that it offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR212",
    "a route to a Service or port that is not there",
    "Every layer accepts such a route; requests on it are answered 503 at run time.",
    "name a Service of the environment as <service>.<namespace>.svc.<domain>, and a port that it offers",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
)
_Services = Mapping[tuple[str, str], frozenset[int]]


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination whose host is no Service of the set or whose port that Service does not offer."""
    services = {(m.id.namespace, m.id.name): _ports(m) for m in manifests.of_kind("Service")}
    for virtual_service in routes.virtual_services(manifests):
        for at, destination in _destinations(virtual_service):
            yield from _unreachable(virtual_service, at, destination, services)


def _ports(service: Manifest) -> frozenset[int]:
    ports = (body.number(port, "port") for _, port in body.items(service.body, "spec", "ports"))
    return frozenset(port for port in ports if port is not None)


def _destinations(virtual_service: Manifest) -> Iterator[tuple[Pointer, Any]]:
    """Yield where requests or their copies go, each with the pointer to it."""
    lists = [route for route, _ in routes.routes(virtual_service)]
    for rule, found in body.items(virtual_service.body, "spec", "http"):
        lists.append((*rule, "mirrors"))
        yield (*rule, "mirror"), body.field(found, "mirror")
    for each in lists:
        for at, found in body.items(virtual_service.body, *each):
            yield (*at, "destination"), body.field(found, "destination")


def _unreachable(manifest: Manifest, at: Pointer, destination: Any, services: _Services) -> Iterator[Breach]:
    host, port = body.text(destination, "host"), body.number(destination, "port", "number")
    name, _, rest = host.partition(".")
    namespace, _, domain = rest.partition(".")
    if host and not domain.startswith("svc."):
        # Without a dot the mesh adds the rule's own namespace; with one it takes the name for complete.
        if not namespace or domain == "svc" or (not domain and (namespace, name) in services):
            yield Breach(f"destination {show(host)} is a short name", (*at, "host"), manifest)
        return
    ports = services.get((namespace, name))
    if host and ports is None:
        yield Breach(f"destination {show(host)} is no Service of the environment", (*at, "host"), manifest)
    elif ports is not None and port is not None and port not in ports:
        offered = ", ".join(str(number) for number in sorted(ports)) or "none"
        yield Breach(f"destination {show(host)} has no port {port}, it offers {offered}", (*at, "port"), manifest)


RULE = ManifestRule(CODE, find)

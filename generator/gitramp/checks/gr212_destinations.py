"""GR212: every route leads to a Service that is there, on a port that it offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp.checks import body, routes
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
        for route, _ in routes.routes(virtual_service):
            for at, found in body.items(virtual_service.body, *route):
                destination = body.field(found, "destination")
                host, port = body.text(destination, "host"), body.number(destination, "port", "number")
                yield from _unreachable(virtual_service, (*at, "destination"), host, port, services)


def _ports(service: Manifest) -> frozenset[int]:
    ports = (body.number(port, "port") for _, port in body.items(service.body, "spec", "ports"))
    return frozenset(port for port in ports if port is not None)


def _unreachable(manifest: Manifest, at: Pointer, host: str, port: int | None, services: _Services) -> Iterator[Breach]:
    name, _, rest = host.partition(".")
    namespace, _, domain = rest.partition(".")
    if host and not domain.startswith("svc"):
        # Without a dot the mesh adds the rule's own namespace; with one it takes the name for complete.
        if not namespace or (namespace, name) in services:
            yield Breach(f"destination {show(host)} is a short name", (*at, "host"), manifest)
        return
    ports = services.get((namespace, name))
    if host and ports is None:
        yield Breach(f"destination {show(host)} is no Service of the environment", (*at, "host"), manifest)
    elif ports and port is not None and port not in ports:
        offered = ", ".join(str(number) for number in sorted(ports))
        yield Breach(f"destination {show(host)} has no port {port}, it offers {offered}", (*at, "port"), manifest)


RULE = ManifestRule(CODE, find)

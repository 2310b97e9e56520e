"""GR284: a backend of a route is a Service that is there, on a port that it offers."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.gateway_api import Reference, backends, routes
from gitramp.checks.registry import Registry, is_own
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR284",
    "a backend that is not there",
    "The route is taken and its requests are answered 500, or the share of them that the backend should get.",
    "name a Service with its namespace, and a port that it offers",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#httpbackendref",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each Service that is known not to be there, and each port that is not offered."""
    for route in routes(manifests):
        for to in backends(route):
            if (to.group, to.kind) == ("", "Service"):
                yield from _missing(manifests, route, to)


def _missing(manifests: ManifestSet, route: Manifest, to: Reference) -> Iterator[Breach]:
    registry, name = Registry.of(manifests), show(f"{to.namespace}/{to.name}")
    service = registry.service(to.name, to.namespace)
    if service is None:
        if to.namespace in registry.held or is_own(route):
            yield Breach(f"there is no Service {name}", to.at, route)
    elif to.port is not None and service.port(to.port) is None:  # GR375 tells of a Service without a port
        offered = ", ".join(str(port.number) for port in service.ports) or "none"
        yield Breach(f"Service {name} has no port {to.port}, it offers {offered}", (*to.at, "port"), route)


RULE = ManifestRule(CODE, find)

"""GR281: a route of Gateway API is attached to what is there."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.gateway_api import GROUP, Reference, attached, gateways, parents, routes
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR281",
    "a route attached to a Gateway, listener or Service that is not there",
    "Nobody takes the route: its requests are answered 404, and in the mesh as if it did not exist.",
    "name a Gateway with its namespace, one of its listeners under sectionName, or a Service of the route's namespace",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#parentreference",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each parent that is known not to be there."""
    elsewhere = {(each.namespace, each.name) for each in manifests.elsewhere if each.gvk.kind == "Gateway"}
    for route in routes(manifests):
        for parent, section in parents(route):
            if (parent.namespace, parent.name) not in elsewhere or parent.kind != "Gateway":
                yield from _missing(manifests, route, parent, section)


def _missing(manifests: ManifestSet, route: Manifest, parent: Reference, section: str) -> Iterator[Breach]:
    name = f"{parent.namespace}/{parent.name}"
    if (parent.group, parent.kind) == (GROUP, "Gateway"):
        found = attached(manifests, parent, section)
        if found is None and _is_known(manifests, route, parent):
            yield Breach(f"there is no Gateway {show(name)}", parent.at, route)
        elif found == ():
            asked = [show(section)] if section else []
            asked += [f"on port {parent.port}"] if parent.port is not None else []
            yield Breach(f"Gateway {show(name)} has no listener {' '.join(asked)}".rstrip(), parent.at, route)
    elif (parent.group, parent.kind) == ("", "Service") and parent.namespace in Registry.of(manifests).held:
        service = Registry.of(manifests).service(parent.name, parent.namespace)
        if service is None:
            yield Breach(f"there is no Service {show(name)}", parent.at, route)
        elif parent.port is not None and service.port(parent.port) is None:
            yield Breach(f"Service {show(name)} has no port {parent.port}", parent.at, route)


def _is_known(manifests: ManifestSet, route: Manifest, parent: Reference) -> bool:
    """Whether a Gateway that the set does not have is nowhere."""
    known = gateways(manifests)
    by_name = any(name == parent.name or namespace == parent.namespace for namespace, name in known)
    return bool(route.service) or by_name or parent.namespace in Registry.of(manifests).held


RULE = ManifestRule(CODE, find)

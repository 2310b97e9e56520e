"""GR289: a route leads to pods, not to an address that another VirtualService would have to send on."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.authors import is_foreign
from gitramp.checks.destinations import destinations
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR289",
    "a route to an address without pods",
    "The requests of an address are sent on by its own VirtualService, and a proxy applies one VirtualService to a "
    "request, not two in a row: what another one sends to the address finds nobody and is answered 503.",
    "name the host of a track, such as search.services-v1.svc.cluster.local, or let callers ask the address itself",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination that is the address of a service that gitramp renders."""
    registry = Registry.of(manifests)
    for each in destinations(manifests):
        service = registry.service(each.host, each.manifest.id.namespace)
        if service is not None and (each.is_copy or each.weight != 0) and _is_address(service.manifest):
            message = f"{show(each.host)} is an address without pods"
            yield Breach(message, (*each.at, "host"), each.manifest)


def _is_address(service: Manifest) -> bool:
    """Whether a Service exists to be sent on: gitramp renders no endpoints for it, and others have no reason to."""
    spec = body.mapping(service.body, "spec")
    return not is_foreign(service) and not spec.get("selector") and spec.get("type") != "ExternalName"


RULE = ManifestRule(CODE, find)

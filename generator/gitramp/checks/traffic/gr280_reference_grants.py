"""GR280: what is referred to in another namespace is granted there."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.gateway_api import Reference, backends, certificates, gateways, granted, routes
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR280",
    "a reference into a namespace that does not grant it",
    "A backend or certificate of another namespace counts only with a ReferenceGrant there. Without one the route "
    "answers 500, and the listener does not start.",
    "add a ReferenceGrant in that namespace, from this kind and namespace to what is named",
    source="https://gateway-api.sigs.k8s.io/api-types/referencegrant/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each reference into a known namespace that no ReferenceGrant of it allows."""
    for route in routes(manifests):
        yield from _refused(manifests, route, backends(route))
    for gateway in gateways(manifests).values():
        yield from _refused(manifests, gateway, certificates(gateway))


def _refused(manifests: ManifestSet, owner: Manifest, references: Iterator[Reference]) -> Iterator[Breach]:
    registry = Registry.of(manifests)
    for to in references:
        known = to.namespace in registry.held | registry.namespaces
        if to.namespace != owner.id.namespace and known and not granted(manifests, owner, to):
            message = f"{to.namespace} does not grant {owner.id.gvk.kind}s of {owner.id.namespace} {to.kind}"
            yield Breach(f"{message} {show(to.name)}", to.at, owner)


RULE = ManifestRule(CODE, find)

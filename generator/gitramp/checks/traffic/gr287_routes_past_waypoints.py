"""GR287: rules for requests in ambient mode have a waypoint that carries them out."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import gateway_api
from gitramp.checks import routes as istio
from gitramp.checks.proxies import DATAPLANE, injects, namespace_labels
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest, ManifestSet

CODE = Code(
    "GR287",
    "routes in ambient mode without a waypoint",
    "Beneath a waypoint nobody reads requests. Callers in the mesh reach the Service as if the routes did not exist: "
    "no canary, no timeout, no retry.",
    "label the Service or its Namespace istio.io/use-waypoint with the name of a waypoint",
    Severity.WARNING,
    source="https://istio.io/latest/docs/ambient/usage/waypoint/",
)
_WAYPOINT = "istio.io/use-waypoint"


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each Service in ambient mode with routes of the mesh and no waypoint, where nobody has a sidecar."""
    if any(injects(labels) for labels in namespace_labels(manifests).values()):
        return  # sidecars follow the routes by themselves
    for manifest, at, name, namespace in _routed(manifests):
        labels = namespace_labels(manifests).get(namespace, {})
        service = Registry.of(manifests).service(name, namespace)
        own = body.mapping(service.manifest.body, "metadata", "labels") if service is not None else {}
        waypoint = own.get(_WAYPOINT, labels.get(_WAYPOINT))
        if service is not None and labels.get(DATAPLANE) == "ambient" and waypoint in (None, "none"):
            yield Breach(f"{service.manifest.id} has no waypoint to carry these routes out", at, manifest)


def _routed(manifests: ManifestSet) -> Iterator[tuple[Manifest, Pointer, str, str]]:
    for route in gateway_api.routes(manifests):
        for parent, _ in gateway_api.parents(route):
            if (parent.group, parent.kind) == ("", "Service"):
                yield route, parent.at, parent.name, parent.namespace
    for manifest in istio.virtual_services(manifests):
        if istio.MESH in [name for _, name in istio.gateway_names(manifest)]:
            for at, host in istio.texts(manifest, "spec", "hosts"):
                found = Registry.of(manifests).service(host, manifest.id.namespace)
                if found is not None:
                    yield manifest, at, found.manifest.id.name, found.manifest.id.namespace


RULE = ManifestRule(CODE, find)

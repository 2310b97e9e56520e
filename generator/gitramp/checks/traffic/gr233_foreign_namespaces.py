"""GR233: what routes and rules for hosts name lies in a namespace that the tree has."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.destinations import destinations
from gitramp.checks.registry import Registry, is_own, key, of_istio
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR233",
    "a route into a namespace that the tree does not have",
    "The tree brings its Namespaces along, and this one is not among them. It may be somebody else's; a mistyped one "
    "looks the same, and answers 503.",
    "correct the namespace; if it is somebody else's, make sure that what is named is there",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination, host and gateway in a namespace of which a set with Namespaces has nothing."""
    registry = Registry.of(manifests)
    if not registry.namespaces:
        return
    known = registry.namespaces | registry.held
    for manifest, at, what, namespace in _named(manifests):
        if namespace not in known and not is_own(manifest):
            near = get_close_matches(namespace, sorted(known), n=1)
            remedy = f"did you mean namespace {near[0]}?" if near else ""
            yield Breach(f"the tree has no namespace of {what}", at, manifest, remedy)


def _named(manifests: ManifestSet) -> Iterator[tuple[Manifest, Pointer, str, str]]:
    for each in destinations(manifests):
        meant = key(each.host, each.manifest.id.namespace)
        if len(meant) == 2 and meant not in Registry.of(manifests).hosts:
            yield each.manifest, (*each.at, "host"), f"destination {show(each.host)}", meant[1]
    for rule in of_istio(manifests, "DestinationRule"):
        host = body.text(rule.body, "spec", "host")
        meant = key(host, rule.id.namespace)
        if len(meant) == 2 and "." in host and meant not in Registry.of(manifests).hosts:
            yield rule, ("spec", "host"), f"host {show(host)}", meant[1]
    known = {f"{gateway.id.namespace}/{gateway.id.name}" for gateway in manifests.of_kind("Gateway")}
    for manifest in routes.virtual_services(manifests):
        for at, name in routes.gateway_names(manifest):
            if name not in known and name != routes.MESH:
                yield manifest, at, f"gateway {show(name)}", name.partition("/")[0]


RULE = ManifestRule(CODE, find)

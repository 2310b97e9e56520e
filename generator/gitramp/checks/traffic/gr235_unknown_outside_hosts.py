"""GR235: a host outside the cluster that routes name has a ServiceEntry."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.destinations import destinations
from gitramp.checks.registry import Registry, key
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR235",
    "a route to an outside host that nobody declares",
    "A proxy sends requests only to hosts of the mesh's registry. Without a ServiceEntry there is no such host, and "
    "the route answers 503.",
    "add a ServiceEntry for the host, or correct it",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination that is no name of the cluster and has no ServiceEntry, where the set has any host."""
    registry = Registry.of(manifests)
    for each in destinations(manifests) if registry.hosts else ():
        name, _, rest = each.host.lower().partition(".")
        namespace, _, domain = rest.partition(".")
        outside = len(key(each.host, each.manifest.id.namespace)) == 1 and domain != "svc" and bool(rest)
        short = not domain and ((name, namespace) in registry.hosts or namespace in registry.held)  # GR212
        if outside and not short and not registry.find(each.host, each.manifest.id.namespace):
            yield Breach(f"destination {show(each.host)} has no ServiceEntry", (*each.at, "host"), each.manifest)


RULE = ManifestRule(CODE, find)

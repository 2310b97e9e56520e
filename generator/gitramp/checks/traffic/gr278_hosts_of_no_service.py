"""GR278: a VirtualService on the mesh is for a Service that is there."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import routes
from gitramp.checks.registry import Registry, is_own, key
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR278",
    "routes for a host that nobody can call",
    "Callers in the mesh look the name up first, and the name of a Service that is not there has no address: none of "
    "the routes is ever asked.",
    "name a Service as <service>.<namespace>.svc.<domain>, or add one without selector",
    Severity.WARNING,
    source="https://istio.io/latest/docs/ops/common-problems/network-issues/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each host in a namespace that the set knows, and that is neither a Service nor a ServiceEntry there."""
    registry = Registry.of(manifests)
    for manifest in routes.virtual_services(manifests):
        if routes.MESH not in [name for _, name in routes.gateway_names(manifest)]:
            continue
        for at, host in routes.texts(manifest, "spec", "hosts"):
            meant = key(host, manifest.id.namespace)
            known = len(meant) == 2 and (meant[1] in registry.held or is_own(manifest))
            if known and not registry.find(host, manifest.id.namespace):
                yield Breach(f"there is no Service {show(meant[0])} in {meant[1]}", at, manifest)


RULE = ManifestRule(CODE, find)

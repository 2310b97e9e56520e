"""GR270: a host in a Sidecar's egress is there."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.registry import Registry, key, of_istio
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.scopes import Scope, scopes
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR270",
    "an egress host that is not there",
    "A Sidecar lets its pods know the hosts that it names, each in the namespace that declares it. One that is nowhere "
    "adds nothing, and the call that was meant fails.",
    "name the host as <namespace>/<service>.<namespace>.svc.<domain>",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each host that no Service, ServiceEntry or VirtualService of a known namespace declares."""
    registry = Registry.of(manifests)
    routed = {
        (m.id.namespace, key(host, m.id.namespace))
        for m in routes.virtual_services(manifests)
        for _, host in routes.texts(m, "spec", "hosts")
    }
    for sidecar in of_istio(manifests, "Sidecar"):
        for scope in scopes(sidecar):
            meant = key(scope.host, scope.namespace)
            if (scope.namespace, meant) not in routed and (fault := _fault(registry, scope)):
                written = body.text(sidecar.body, *scope.at)
                yield Breach(f"egress host {show(written)} {fault}", scope.at, sidecar)


def _fault(registry: Registry, scope: Scope) -> str:
    meant = key(scope.host, scope.namespace)
    if "*" in scope.host or scope.namespace not in registry.held:
        return ""
    found = registry.hosts.get(meant, ())
    if not found:
        return "is no host of the tree" if len(meant) == 2 and meant[1] in registry.held else ""
    owners = sorted({host.manifest.id.namespace for host in found})
    return "" if scope.namespace in owners else f"is declared in {', '.join(owners)}, not in {scope.namespace}"


RULE = ManifestRule(CODE, find)

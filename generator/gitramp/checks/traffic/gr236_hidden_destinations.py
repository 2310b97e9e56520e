"""GR236: who follows a route knows the host it leads to."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.destinations import Destination, destinations
from gitramp.checks.ingress import pods_behind
from gitramp.checks.registry import Host, Registry, exported, sees
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR236",
    "a route to a host that is not exported to those who follow it",
    "A proxy knows only hosts that are exported to its namespace. One that has the route and not the host answers 503.",
    "export the Service or ServiceEntry to the namespaces of the gateway and of the callers, or to all",
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-export_to",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination that proxies which have its route do not know."""
    registry = Registry.of(manifests)
    for each in destinations(manifests):
        hosts = registry.find(each.host, each.manifest.id.namespace)
        if hosts and all("*" not in host.seen_by for host in hosts) and (who := _blind(manifests, each, hosts)):
            seen = ", ".join(map(show, sorted(hosts[0].seen_by))) or "nobody"
            message = f"{hosts[0].manifest.id} is exported to {seen}, not to {who}"
            yield Breach(f"destination {show(each.host)}: {message}", (*each.at, "host"), each.manifest)


def _blind(manifests: ManifestSet, each: Destination, hosts: tuple[Host, ...]) -> str:
    """Name who follows the route and knows none of the hosts, "" when there is nobody."""
    followers = {pod.manifest.id.namespace for pod in pods_behind(manifests, each.gateways)}
    blind = [n for n in sorted(followers) if not any(sees(host.seen_by, n) for host in hosts)]
    if blind:
        return f"{blind[0]}, where the gateway runs"
    if not any(host.seen_by for host in hosts):
        return "anybody"
    return _blind_callers(manifests, each.manifest, hosts) if routes.MESH in each.gateways else ""


def _blind_callers(manifests: ManifestSet, manifest: Manifest, hosts: tuple[Host, ...]) -> str:
    """Name callers in the mesh that have the route, know a host it is for, and not the one that it leads to.

    Of a host that is no Service of the set, only the route's own namespace is known to call it.
    """
    route = exported(body.field(manifest.body, "spec", "exportTo"), manifest.id.namespace)
    for _, host in routes.texts(manifest, "spec", "hosts"):
        found = Registry.of(manifests).find(host, manifest.id.namespace)
        asked = frozenset(n for each in found for n in each.seen_by) or {manifest.id.namespace}
        followers = route & asked if "*" not in route | asked else route if "*" in asked else asked
        beyond = followers - frozenset(n for each in hosts for n in each.seen_by)
        if beyond:
            return "all who call" if "*" in beyond else min(beyond)
    return ""


RULE = ManifestRule(CODE, find)

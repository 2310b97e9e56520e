"""GR213: a VirtualService is bound to gateways that are there and that list its hosts."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import routes
from gitramp.checks.ingress import ListedHosts, listed_hosts, takes
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import did_you_mean, show

CODE = Code(
    "GR213",
    "a VirtualService that no gateway serves",
    "A gateway answers 404 for a host that its servers do not list, and a gateway name that is wrong binds to nothing.",
    "name the gateway as namespace/name, and list the host in one of its servers",
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#Server",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each gateway that is known not to be there, and each outside host that no gateway of its own lists."""
    known = {
        f"{gateway.id.namespace}/{gateway.id.name}": listed_hosts(gateway) for gateway in manifests.of_kind("Gateway")
    }
    elsewhere = {f"{each.namespace}/{each.name}" for each in manifests.elsewhere if each.gvk.kind == "Gateway"}
    held = Registry.of(manifests).held | {gateway.partition("/")[0] for gateway in known}
    names = {gateway.partition("/")[2] for gateway in known}
    for virtual_service in routes.virtual_services(manifests):
        named = [(at, name) for at, name in routes.gateway_names(virtual_service) if name != routes.MESH]
        for at, name in named:
            where, _, short = name.partition("/")
            certain = where in held or short in names or "/" in short or bool(virtual_service.service)
            if name not in known and name not in elsewhere and certain:
                remedy = did_you_mean(name, sorted(known))
                yield Breach(f"there is no gateway {show(name)}", at, virtual_service, remedy)
        bound = [known[name] for _, name in named if name in known]
        if bound and len(bound) == len(named):
            yield from _unlisted(virtual_service, bound)


def _unlisted(virtual_service: Manifest, bound: list[ListedHosts]) -> Iterator[Breach]:
    namespace = virtual_service.id.namespace
    for at, host in routes.texts(virtual_service, "spec", "hosts"):
        if ".svc." in host or host.endswith(".svc"):
            continue  # a name of the mesh; gateways need not know it
        if not any(takes(listed, namespace, host) for listed in bound):
            yield Breach(f"no gateway of {virtual_service.id.name} lists host {show(host)}", at, virtual_service)


RULE = ManifestRule(CODE, find)

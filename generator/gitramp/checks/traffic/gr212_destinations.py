"""GR212: every route leads to a Service that is there, on a port that it offers."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gitramp.checks.destinations import Destination, destinations
from gitramp.checks.registry import Host, Registry, is_own, key
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR212",
    "a route to a Service or port that is not there",
    "Every layer accepts such a route; requests on it are answered 503 at run time. A name with a dot is taken for "
    "complete, so `search.services-v2` is no Service.",
    "name a Service that is there as <service>.<namespace>.svc.<domain>, and a port that it offers",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination that is known not to be there; of other namespaces than the set's, nothing is known."""
    registry = Registry.of(manifests)
    for each in destinations(manifests):
        hosts = registry.find(each.host, each.manifest.id.namespace)
        if hosts:
            yield from _closed(each, hosts)
        elif each.host and (fault := _fault(registry, each)):
            message = f"destination {show(each.host)} {fault}"
            yield Breach(message, (*each.at, "host"), each.manifest, _near(registry, each))


def _fault(registry: Registry, each: Destination) -> str:
    meant = key(each.host, each.manifest.id.namespace)
    if len(meant) == 2:
        certain = meant[1] in registry.held or is_own(each.manifest)
        return "is no Service of the environment" if certain else ""
    name, _, rest = each.host.lower().partition(".")
    namespace, _, domain = rest.partition(".")
    if domain == "svc" or (not domain and (name, namespace) in registry.hosts):
        return "is a short name"
    return "is neither a full name nor a Service" if not domain and namespace in registry.held else ""


def _near(registry: Registry, each: Destination) -> str:
    """Ask whether a Service of nearly this name was meant, or the same name in a namespace of nearly this one."""
    name, namespace, *_ = (*key(each.host, each.manifest.id.namespace), "")
    hosts = [meant for meant in registry.hosts if len(meant) == 2]
    names = get_close_matches(name, [host for host, of in hosts if of == namespace], n=1)
    spaces = get_close_matches(namespace, [of for host, of in hosts if host == name], n=1)
    found = (names[0], namespace) if names else (name, spaces[0]) if spaces else ()
    domain = each.host.partition(".svc.")[2] or "cluster.local"
    return f"did you mean {'.'.join(found)}.svc.{domain}?" if found else ""


def _closed(each: Destination, hosts: tuple[Host, ...]) -> Iterator[Breach]:
    number = each.port
    if number is None or any(host.port(number) is not None for host in hosts):
        return
    offered = sorted({port.number for host in hosts for port in host.ports if port.number is not None})
    ports = ", ".join(map(str, offered)) or "none"
    message = f"destination {show(each.host)} has no port {number}, it offers {ports}"
    yield Breach(message, (*each.at, "port"), each.manifest)


RULE = ManifestRule(CODE, find)

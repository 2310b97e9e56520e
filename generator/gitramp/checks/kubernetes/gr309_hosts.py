"""GR309: a host is a fully qualified DNS name, and not one of the cluster's own."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import names
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR309",
    "a host that is no fully qualified DNS name",
    "The mesh compares hosts as text: what no client sends never matches, a bare wildcard takes the hosts of others, "
    "and a name of the cluster's own already belongs to a Service.",
    "write the bare name that clients ask for, such as search.example.com",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each host that no client could ask for, or that is taken by the cluster."""
    own = _addresses(environment)
    for service in environment.services.values():
        for position, host in enumerate(service.hosts):
            at = service.at("hosts", position)
            if fault := own.get(host, "") or _own(host, environment.platform.cluster_domain):
                yield Breach(f"host {show(host)} {fault}", at, remedy="leave it out: callers in the mesh need no host")
            elif fault := _form(host) or _labels(host.removeprefix("*.").split(".")):
                yield Breach(f"host {show(host)} {fault}", at)


def _addresses(environment: Environment) -> dict[str, str]:
    """Return the short addresses of Services, `name.namespace`, each with what is wrong with it as a host."""
    found = {}
    for service in environment.services.values():
        tracks = (environment.host_of(service, track) for track in service.tracks.values())
        for host in (environment.host_of(service), *tracks):
            found[host.partition(".svc.")[0]] = f"is the address of service {service.name} in the mesh"
    return found


def _own(host: str, domain: str) -> str:
    suffix = next((s for s in (".svc", f".svc.{domain}") if host.endswith(s)), "")
    return f"ends with {suffix} like the cluster's own names" if suffix else ""


def _form(host: str) -> str:
    if "://" in host:
        return "has a scheme"
    if host.startswith("*."):
        return _form(host[2:])
    if host.startswith("*"):
        return "is a wildcard that is no whole label"
    return "ends with a dot" if host.endswith(".") else names.subdomain(host)


def _labels(labels: list[str]) -> str:
    if len(labels) == 1:
        return "has a single label"
    if labels[-1].isdigit():
        return "is an address, not a name"
    longest = max(map(len, labels))
    return f"has a label of {longest} characters, 63 at most" if longest > 63 else ""


RULE = EnvironmentRule(CODE, find)

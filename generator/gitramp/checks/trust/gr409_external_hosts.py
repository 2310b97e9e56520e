"""GR409: an external is named by hosts that the mesh can tell apart."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from gitramp.checks import names
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, External
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR409",
    "an external host or address that the mesh cannot use",
    "The mesh knows an external by a full DNS name, or by addresses. A short name, an address among the hosts, or a "
    "host that somebody else claims would be resolved by luck or not at all.",
    "write full DNS names such as api.example.com under hosts, and addresses or ranges under addresses",
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each host and address of an external that is malformed or taken."""
    owners = {host.lower(): f"service {s.name}" for s in environment.services.values() for host in s.hosts}
    for external in environment.external.values():
        if fault := names.label(external.name):
            yield Breach(f"external {show(external.name)} {fault}", external.pointer, remedy="use a DNS label")
        for position, host in enumerate(external.hosts):
            owner = owners.setdefault(host.lower(), external.name)
            domain = environment.platform.cluster_domain
            fault = (
                _cluster_fault(host, external.namespace, domain) if external.namespace else _host_fault(host, domain)
            )
            fault = fault or ("" if owner == external.name else f"belongs to {owner} already")
            if fault:
                remedy = "say the `namespace` it runs in" if fault == _OF_CLUSTER else ""
                yield Breach(f"host {show(host)} {fault}", external.at("hosts", position), remedy=remedy)
        yield from _addresses(external)


_OF_CLUSTER = "is a name of the cluster's own"


def _cluster_fault(host: str, namespace: str, domain: str) -> str:
    name, _, rest = host.partition(".")
    if fault := names.label(namespace):
        return f"is in a namespace that {fault}"
    return (
        "" if rest == f"{namespace}.svc.{domain}" and not names.label(name) else f"is not NAME.{namespace}.svc.{domain}"
    )


def _host_fault(host: str, domain: str) -> str:
    if host.endswith((".svc", f".svc.{domain}")):
        return _OF_CLUSTER
    name = host.removeprefix("*.")
    if "*" in name:
        return "has a * that does not stand for whole first labels"
    if fault := names.subdomain(name):
        return fault
    last = name.rpartition(".")[2]
    return "is no full DNS name" if "." not in name or last.isdigit() else ""


def _addresses(external: External) -> Iterator[Breach]:
    if external.namespace and external.addresses:
        yield Breach("addresses beside a namespace", external.at("addresses"), remedy="leave one of them out")
    for position, address in enumerate(external.addresses):
        try:
            ipaddress.ip_network(address)
        except ValueError:
            message = f"address {show(address)} is neither an IP address nor a range whose host bits are zero"
            yield Breach(message, external.at("addresses", position))


RULE = EnvironmentRule(CODE, find)

"""GR410: the ports of an external fit its hosts and its TLS."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import names
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, External, ExternalPort
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR410",
    "an external's port that contradicts itself",
    "Plain TCP carries no name, so without addresses it would catch all traffic of that port; TLS inside TLS reaches "
    "nobody; and where the mesh goes wherever the application went, it chooses neither name nor port.",
    "say addresses for tcp, tls only where the application speaks plain text, and full names where TLS is spoken",
    source="https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each port of an external that the mesh could not serve as it is meant."""
    for external in environment.external.values():
        numbers: dict[int, str] = {}
        for port in external.ports.values():
            first = numbers.setdefault(port.number, port.name)
            if first != port.name:
                yield Breach(f"ports {first} and {port.name} have the number {port.number}", port.at("number"))
            if fault := names.port_name(port.name):
                yield Breach(f"port {show(port.name)} {fault}", port.pointer)
            yield from _of_port(external, port)


def _of_port(external: External, port: ExternalPort) -> Iterator[Breach]:
    if external.namespace:
        if port.tls is not None:
            message = f"port {port.name} says tls, and {external.name} is in the mesh's own cluster"
            yield Breach(message, port.at("tls"), remedy="leave it out: the mesh encrypts what stays in it")
        return
    if port.protocol == "tcp" and not external.addresses:
        yield Breach(f"port {port.name} is tcp, and {external.name} has no addresses", port.at("protocol"))
    elif port.protocol == "tcp" and len(external.hosts) > 1:
        message = f"port {port.name} is tcp, which cannot tell the {len(external.hosts)} hosts apart"
        yield Breach(message, port.at("protocol"), remedy="write an external for each host")
    if port.target_port is not None and not external.is_resolved:
        message = f"port {port.name} says targetPort, but the mesh does not choose where {external.name} is reached"
        yield Breach(message, port.at("targetPort"), remedy="leave targetPort out, or name full hosts and no addresses")
    if port.tls is not None:
        yield from _of_tls(external, port)


def _of_tls(external: External, port: ExternalPort) -> Iterator[Breach]:
    assert port.tls is not None
    tls, wildcard = port.tls, next((host for host in external.hosts if host.startswith("*")), "")
    files = bool(tls.client_certificate), bool(tls.private_key)
    if port.protocol in {"https", "tls"}:
        message = f"port {port.name} is {port.protocol}: the application speaks TLS already"
        yield Breach(message, tls.pointer, remedy="leave tls out, or let the application speak http")
    elif wildcard:
        yield Breach(f"port {port.name} has tls, which cannot ask for the name {show(wildcard)}", tls.pointer)
    if files != ((True, True) if tls.mode == "MUTUAL" else (False, False)):
        message = (
            f"port {port.name}: tls mode {tls.mode} has {('no', 'one', 'both')[sum(files)]} of certificate and key"
        )
        remedy = "say clientCertificate and privateKey with MUTUAL, and neither with SIMPLE"
        yield Breach(message, tls.pointer, remedy=remedy)


RULE = EnvironmentRule(CODE, find)

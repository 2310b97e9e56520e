"""GR927: a rule for TLS asks for hosts of its VirtualService, and leads somewhere, as one for TCP does."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import addresses, mesh_objects, routes, virtual_service
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.checks.mesh_names import sni_host, wildcard_host, within
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR927",
    "a rule for TLS or TCP that istiod refuses",
    "A rule for TLS knows of a connection the host that its client names, which must be among the hosts of the "
    "VirtualService; and no rule without a route does anything.",
    "list the host under hosts and sniHosts, and say a route",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSMatchAttributes",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each rule without route or, for TLS, without match, and each SNI host that is none of the hosts."""
    for protocol in ("tls", "tcp"):
        for at, rule in mappings(manifest.body, "spec", protocol, EACH):
            if not any(body.items(rule, "route")):
                yield Breach(f"the rule under {protocol} has no route", at, manifest)
            if protocol == "tls" and not any(body.items(rule, "match")):
                yield Breach("the rule under tls has no match", at, manifest)
    for at, match in mappings(manifest.body, "spec", "tls", EACH, "match", EACH):
        if not any(body.items(match, "sniHosts")):
            yield Breach("the match has no SNI host", at, manifest)
    yield from _hosts(manifest)


def _hosts(manifest: Manifest) -> Iterator[Breach]:
    form = sni_host if routes.MESH not in _gateways(manifest) else wildcard_host
    hosts = virtual_service.hosts(manifest)
    for at, name in texts(manifest.body, "spec", "tls", EACH, "match", EACH, "sniHosts", EACH):
        if fault := form(name):
            if addresses.ip(name):
                yield Breach(f"SNI host {show(name)} {fault}", at, manifest)
        elif not any(within(name, host) for host in hosts):
            yield Breach(f"SNI host {show(name)} is none of the hosts", at, manifest)


def _gateways(manifest: Manifest) -> set[str]:
    return {name for _, name in texts(manifest.body, "spec", "gateways", EACH)}


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

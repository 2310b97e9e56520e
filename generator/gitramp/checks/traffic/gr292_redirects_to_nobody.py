"""GR292: a host that a gateway sends to HTTPS is served there."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.mesh_protocols import is_http
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.servers import Server, servers
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR292",
    "a redirect to an HTTPS that nobody serves",
    "The gateway sends clients to https, and no server of the same pods lists the host: they are refused there, or "
    "shown a certificate of another host.",
    "list the host in a server for HTTPS too; if a load balancer ends TLS before the gateway, let it redirect",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each host that is at redirecting servers alone."""
    every = tuple(servers(manifests))
    serving = tuple(each for each in every if not _redirects(each))
    for server in every:
        if _redirects(server):
            named = [_name(host) for each in serving if _same_pods(server, each) for _, host in each.hosts]
            for at, host in server.hosts:
                if not any(_meet(_name(host), other) for other in named):
                    yield Breach(f"host {show(host)} is sent to https, where no server lists it", at, server.manifest)


def _redirects(server: Server) -> bool:
    """Whether it answers plain text by a redirect; other protocols have none (GR947)."""
    said = body.field(server.manifest.body, *server.pointer, "tls", "httpsRedirect")
    return said is True and is_http(server.protocol)


def _same_pods(one: Server, other: Server) -> bool:
    first, second = one.selector.items(), other.selector.items()
    return first <= second or second <= first


def _name(host: str) -> str:
    return host.rpartition("/")[2].lower()


def _meet(one: str, other: str) -> bool:
    """Whether one host is the other, or a wildcard around it."""
    return any(a == b or (a.startswith("*") and b.endswith(a[1:])) for a, b in ((one, other), (other, one)))


RULE = ManifestRule(CODE, find)

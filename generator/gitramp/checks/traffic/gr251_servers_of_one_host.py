"""GR251: of the Gateways on the same pods, one has a host on a port."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.servers import Server, together
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR251",
    "one host on one port of the same gateway pods, in two Gateways",
    "The pods merge their Gateways; of two that have the same host on the same port the older one serves it, and "
    "nothing in Git says which that is.",
    "name one of the gateways in the service's `gateways`, or give them selectors that choose different pods",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0145/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each host that two Gateways of the same pods list on one port."""
    for one, other in together(manifests):
        if one.port == other.port:
            yield from _shared(one, other)


def _shared(one: Server, other: Server) -> Iterator[Breach]:
    listed = [_read(one, host) for _, host in one.hosts]
    for at, host in other.hosts:
        namespace, name = _read(other, host)
        if any(name == known and (namespace == where or "*" in (namespace, where)) for where, known in listed):
            message = f"host {show(host)} on port {other.port} is listed by {one.manifest.id} too, for the same pods"
            yield Breach(message, at, other.manifest)


def _read(server: Server, host: str) -> tuple[str, str]:
    """Return the namespace that a host is for, `*` for all, and its name."""
    namespace, slash, name = host.rpartition("/")
    own = server.manifest.id.namespace if namespace == "." else namespace
    return own if slash else "*", name.lower()


RULE = ManifestRule(CODE, find)

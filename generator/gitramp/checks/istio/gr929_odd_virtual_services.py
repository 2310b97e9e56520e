"""GR929: a VirtualService says nothing that istiod takes only with a warning."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import addresses, direct_responses, mesh_objects
from gitramp.checks.direct_responses import LARGE, LARGEST
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.checks.mesh_names import wildcard_host
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR929",
    "a rule that istiod takes with a warning",
    "An abort without a status aborts nothing, a large body is sent to every proxy, and clients name no IP address "
    "when they open TLS.",
    "say what is meant, or leave it out",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/",
)
_STATUSES = ("httpStatus", "grpcStatus", "http2Error")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each abort without a status, each large body and each SNI host that is an address."""
    for at, abort in mappings(manifest.body, "spec", "http", EACH, "fault", "abort"):
        if all(abort.get(status) is None for status in _STATUSES):
            yield Breach("the abort has no status", at, manifest, remedy="say httpStatus or grpcStatus")
    for at, response in mappings(manifest.body, "spec", "http", EACH, "directResponse"):
        if LARGE < (size := direct_responses.size(response)) <= LARGEST:
            message = f"the body of {size:,} bytes is sent to every proxy"
            yield Breach(message, (*at, "body"), manifest, remedy="serve it from a workload")
    for at, name in texts(manifest.body, "spec", "tls", EACH, "match", EACH, "sniHosts", EACH):
        if wildcard_host(name) and not addresses.ip(name):
            message = f"no client names the address {show(name)} when it opens TLS"
            yield Breach(message, at, manifest, remedy="match destinationSubnets instead")


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

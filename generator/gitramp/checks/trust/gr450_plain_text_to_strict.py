"""GR450: proxies speak mutual TLS to pods that demand it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.client_tls import ClientTls, client_tls, pods_under
from gitramp.checks.mutual_tls import demanded
from gitramp.checks.proxies import proxy_of
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR450",
    "plain text, or other TLS, to pods that demand mutual TLS",
    "A tls mode in a DestinationRule switches off what the mesh would choose by itself. Pods under STRICT close every "
    "connection that is not mutual TLS of the mesh: 503 for all callers that look the rule up.",
    "leave tls out of the DestinationRule, or say ISTIO_MUTUAL",
    source="https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each client's mode DISABLE or SIMPLE for a port of pods that is STRICT."""
    for said in client_tls(manifests):
        if said.mode in {"DISABLE", "SIMPLE"}:
            yield from _refused(manifests, said)


def _refused(manifests: ManifestSet, said: ClientTls) -> Iterator[Breach]:
    for pod, port in pods_under(manifests, said):
        demand = demanded(manifests, pod, port)
        if demand is not None and demand.mode == "STRICT" and proxy_of(manifests, pod) not in {"none", "gateway"}:
            message = f"tls {said.mode} to port {port} of {pod.manifest.id}, where {demand.manifest.id} demands STRICT"
            related = (Elsewhere("demanded here", demand.at, demand.manifest),)
            yield Breach(message, (*said.at, "mode"), said.manifest, related=related)
            return


RULE = ManifestRule(CODE, find)

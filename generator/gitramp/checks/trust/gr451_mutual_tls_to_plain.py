"""GR451: proxies speak mutual TLS only to pods that take it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.client_tls import ClientTls, client_tls, pods_under
from gitramp.checks.mutual_tls import demanded
from gitramp.checks.proxies import proxy_of
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR451",
    "mutual TLS to pods that do not speak it",
    "ISTIO_MUTUAL is spoken whatever the other side can. Pods without a proxy, or under DISABLE, take it for broken "
    "bytes: 503.",
    "leave tls out of the DestinationRule: the mesh chooses by what each pod can; or let the namespace be injected",
    source="https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each client's mode ISTIO_MUTUAL for pods without a proxy, or a port under DISABLE."""
    for said in client_tls(manifests):
        if said.mode == "ISTIO_MUTUAL":
            yield from _misread(manifests, said)


def _misread(manifests: ManifestSet, said: ClientTls) -> Iterator[Breach]:
    at = (*said.at, "mode")
    for pod, port in pods_under(manifests, said):
        if proxy_of(manifests, pod) == "none":
            yield Breach(f"tls ISTIO_MUTUAL to {pod.manifest.id}, whose pods have no proxy", at, said.manifest)
            return
        demand = demanded(manifests, pod, port)
        if demand is not None and demand.mode == "DISABLE":
            message = f"tls ISTIO_MUTUAL to port {port} of {pod.manifest.id}, where {demand.manifest.id} says DISABLE"
            yield Breach(message, at, said.manifest, related=(Elsewhere("switched off", demand.at, demand.manifest),))
            return


RULE = ManifestRule(CODE, find)

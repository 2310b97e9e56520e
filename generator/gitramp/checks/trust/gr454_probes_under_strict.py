"""GR454: probes reach pods that demand mutual TLS."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.mutual_tls import demanded
from gitramp.checks.pods import Container, Pod, pods
from gitramp.checks.proxies import annotations_of, proxy_of
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR454",
    "probes that the pod's own proxy refuses",
    "The kubelet speaks plain text. Injection rewrites probes so that they pass the proxy by; where that is switched "
    "off, a pod under STRICT never becomes ready and is restarted for ever.",
    "remove the annotation sidecar.istio.io/rewriteAppHTTPProbers, or exempt the port under portLevelMtls",
    source="https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/",
)
_REWRITE = "sidecar.istio.io/rewriteAppHTTPProbers"
_EXCLUDED = "traffic.sidecar.istio.io/excludeInboundPorts"
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each probe by HTTP or gRPC that is not rewritten, to a port under STRICT."""
    for pod in pods(manifests):
        said = annotations_of(pod)
        if str(said.get(_REWRITE, "")).lower() != "false" or proxy_of(manifests, pod) in {"none", "ambient"}:
            continue
        open_ports = {part.strip() for part in str(said.get(_EXCLUDED, "")).split(",")}
        for at, container, port in _probed(pod):
            demand = demanded(manifests, pod, port)
            if demand is not None and demand.mode == "STRICT" and str(port) not in open_ports:
                message = f"the probe of port {port} is not rewritten, and {demand.manifest.id} demands STRICT"
                yield Breach(message, (*container.pointer, *at), pod.manifest)


def _probed(pod: Pod) -> Iterator[tuple[Pointer, Container, int]]:
    for container in pod.lasting_containers():
        named = dict(container.ports)
        for probe in _PROBES:
            for how in ("httpGet", "grpc"):
                said = body.field(container.body, probe, how, "port")
                port = body.number(said) if not isinstance(said, str) else named.get(said)
                if port is not None:
                    yield (probe, how), container, port


RULE = ManifestRule(CODE, find)

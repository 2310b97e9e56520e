"""GR467: the network lets proxies through to the mesh."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.network_paths import Port, isolating, passes
from gitramp.checks.pods import pods
from gitramp.checks.proxies import proxy_of
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR467",
    "a proxy that a NetworkPolicy cuts off from the mesh",
    "A sidecar asks a name server for istiod, and istiod for its certificate and routes. Without either the pod never "
    "becomes ready.",
    "let the pods out to port 53, UDP and TCP, and to port 15012 of istiod",
    source="https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio",
)
_NEEDED = {
    "the name server (53)": (Port(53, "UDP"), Port(53)),
    "istiod (15012)": (Port(15012),),
}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each workload with a sidecar that may send nothing to a port that the sidecar needs."""
    if next(manifests.of_kind("NetworkPolicy"), None) is None:
        return
    for pod in pods(manifests):
        if proxy_of(manifests, pod) not in {"sidecar", "gateway"}:
            continue
        closing = isolating(manifests, pod, "Egress")
        for what, ports in _NEEDED.items():
            if closing and not any(passes(manifests, closing, "Egress", None, port) for port in ports):
                related = (Elsewhere("the policy", ("spec",), closing[0]),)
                message = f"{closing[0].id} cuts these pods off from {what}"
                yield Breach(message, (*pod.at, "metadata"), pod.manifest, related=related)


RULE = ManifestRule(CODE, find)

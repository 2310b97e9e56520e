"""GR453: pods that are to demand mutual TLS have a proxy that demands it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.mutual_tls import demanded
from gitramp.checks.pods import pods
from gitramp.checks.proxies import proxy_of
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import services_of
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR453",
    "STRICT for pods without a proxy",
    "Nobody enforces it: the pods take plain text from everybody, and policies about callers do not hold for them.",
    "label the Namespace istio-injection: enabled or istio.io/dataplane-mode: ambient, and leave the pods in",
    Severity.WARNING,
    source="https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each workload behind a Service that is under STRICT and has no proxy."""
    for pod in pods(manifests):
        if id(pod.manifest) in services_of(manifests) and proxy_of(manifests, pod) == "none":
            demand = demanded(manifests, pod, None)
            if demand is not None and demand.mode == "STRICT":
                message = f"{demand.manifest.id} demands STRICT, and these pods have no proxy"
                related = (Elsewhere("demanded here", demand.at, demand.manifest),)
                yield Breach(message, (*pod.at, "metadata"), pod.manifest, related=related)


RULE = ManifestRule(CODE, find)

"""Which pods have a proxy of the mesh, and of what sort, as far as the objects say.

Owns the labels and annotations of injection and ambient mode. Must not know any rule.
https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

from gitramp import body
from gitramp.checks.index import index
from gitramp.checks.pods import Container, Pod
from gitramp.resource import ManifestSet

Proxy = Literal["sidecar", "ambient", "gateway", "none", "unknown"]
INJECT = "sidecar.istio.io/inject"
INJECTION = "istio-injection"
REVISION = "istio.io/rev"
DATAPLANE = "istio.io/dataplane-mode"
_TEMPLATES = "inject.istio.io/templates"


@index
def namespace_labels(manifests: ManifestSet) -> Mapping[str, Mapping[str, Any]]:
    """Return the labels of each Namespace of the set; of one that is there twice, nobody knows them."""
    found = tuple(manifests.of_kind("Namespace"))
    times = Counter(namespace.id.name for namespace in found)
    return {m.id.name: body.mapping(m.body, "metadata", "labels") for m in found if times[m.id.name] == 1}


def annotations_of(pod: Pod) -> Mapping[str, Any]:
    """Return the annotations of a pod."""
    return body.mapping(pod.manifest.body, *pod.at, "metadata", "annotations")


def is_gateway(pod: Pod) -> bool:
    """Whether a pod is a gateway: one proxy and no application."""
    if "gateway" in str(annotations_of(pod).get(_TEMPLATES, "")).split(","):
        return True
    return any(
        container.name == "istio-proxy" and "router" in [arg for _, arg in body.items(container.body, "args")]
        for container in pod.in_order("containers")
    )


def is_injected(container: Container) -> bool:
    """Whether a container stands for the proxy that injection fills in, to say more about it.

    https://istio.io/latest/docs/setup/additional-setup/gateway/#deploying-a-gateway
    """
    return container.name == "istio-proxy" and body.text(container.body, "image") == "auto"


def proxy_of(manifests: ManifestSet, pod: Pod) -> Proxy:
    """Say what proxy a pod has; unknown where its Namespace is not in the set and the pod itself says nothing."""
    if is_gateway(pod):
        return "gateway"
    labels = namespace_labels(manifests).get(pod.manifest.id.namespace)
    said = pod.labels.get(INJECT, annotations_of(pod).get(INJECT))
    mode = pod.labels.get(DATAPLANE, (labels or {}).get(DATAPLANE))
    if _injected(pod, labels, said):
        return "sidecar"
    if mode is not None:
        return "ambient" if mode == "ambient" else "none"
    return "unknown" if labels is None and str(said).lower() != "false" else "none"


def injects(labels: Mapping[str, Any]) -> bool:
    """Whether a Namespace with these labels has sidecars added to its pods."""
    return labels.get(INJECTION) == "enabled" or (INJECTION not in labels and bool(labels.get(REVISION)))


def _injected(pod: Pod, labels: Mapping[str, Any] | None, said: Any) -> bool:
    refused = str(said).lower() == "false" or body.field(pod.spec, "hostNetwork") is True
    if refused or (labels or {}).get(INJECTION) == "disabled":
        return False
    return str(said).lower() == "true" or bool(pod.labels.get(REVISION)) or injects(labels or {})

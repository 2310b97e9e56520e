"""Istio's annotations on Kubernetes objects: where an object has some, and which kinds each is for.

Owns the list, of Istio 1.31: https://istio.io/latest/docs/reference/config/annotations/. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.checks.pods import KINDS as POD_KINDS
from gitramp.checks.pods import pod_of
from gitramp.pointer import Pointer
from gitramp.resource import Manifest

POD = "Pod"
BOOLEANS = {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"}
"""What Go reads as true or false: https://pkg.go.dev/strconv#ParseBool."""
ANYWHERE = "any object"
KINDS = POD_KINDS | {"/Namespace", "/Service"}
"""The kinds that people annotate for Istio, other than its own."""

_SIDECAR = """
    agentLogLevel bootstrapOverride componentLogLevel discoveryAddress extraStatTags inject interceptionMode logLevel
    nativeSidecar proxyCPU proxyCPULimit proxyImage proxyImageType proxyMemory proxyMemoryLimit rewriteAppHTTPProbers
    statsCompression statsEvictionInterval statsFlushInterval statsHistogramBins statsHistogramBuckets
    statsInclusionPrefixes statsInclusionRegexps statsInclusionSuffixes status userVolume userVolumeMount
"""
_CAPTURE = """
    excludeInboundPorts excludeInterfaces excludeOutboundIPRanges excludeOutboundPorts includeInboundPorts
    includeOutboundIPRanges includeOutboundPorts kubevirtInterfaces
"""
_PODS = """
    ambient.istio.io/bypass-inbound-capture ambient.istio.io/dns-capture ambient.istio.io/redirection
    inject.istio.io/templates istio.io/reroute-virtual-interfaces istio.io/rev prometheus.istio.io/merge-metrics
    proxy.istio.io/config proxy.istio.io/overrides readiness.status.sidecar.istio.io/applicationPorts
    readiness.status.sidecar.istio.io/failureThreshold readiness.status.sidecar.istio.io/initialDelaySeconds
    readiness.status.sidecar.istio.io/periodSeconds status.sidecar.istio.io/port
"""
FOR: Mapping[str, tuple[str, ...]] = {
    **{f"sidecar.istio.io/{name}": (POD,) for name in _SIDECAR.split()},
    **{f"traffic.sidecar.istio.io/{name}": (POD,) for name in _CAPTURE.split()},
    **dict.fromkeys(_PODS.split(), (POD,)),
    "alpha.istio.io/canonical-serviceaccounts": ("Service",),
    "alpha.istio.io/kubernetes-serviceaccounts": ("Service",),
    "ambient.istio.io/waypoint-inbound-binding": ("GatewayClass", "Gateway"),
    "galley.istio.io/analyze-suppress": (ANYWHERE,),
    "gateway.istio.io/controller-version": (ANYWHERE,),
    "gateway.istio.io/name-override": ("Gateway",),
    "gateway.istio.io/service-account": ("Gateway",),
    "istio.io/autoRegistrationGroup": ("WorkloadEntry",),
    "istio.io/connectedAt": ("WorkloadEntry",),
    "istio.io/disconnectedAt": ("WorkloadEntry",),
    "istio.io/dry-run": ("AuthorizationPolicy",),
    "istio.io/use-waypoint-canary-weight": ("Service", "ServiceEntry", "Namespace"),
    "istio.io/workloadController": ("WorkloadEntry",),
    "networking.istio.io/exportTo": ("Service",),
    "networking.istio.io/service-type": ("Gateway",),
    "networking.istio.io/traffic-distribution": ("Namespace", "Service", "ServiceEntry"),
    "topology.istio.io/controlPlaneClusters": ("Namespace",),
    "traffic.istio.io/nodeSelector": ("Service",),
}
"""Each annotation, and the kinds on which it says something."""


def of(manifest: Manifest) -> Iterator[tuple[str, Pointer, str, object]]:
    """Yield the kind of what is annotated, the place, the name and the value of each annotation of Istio's.

    What describes pods is asked twice: its own annotations, and those that its pods get.
    """
    group, kind = manifest.id.gvk.group, manifest.id.gvk.kind
    places: list[tuple[str, Pointer]] = [(kind, ("metadata", "annotations"))]
    if f"{group}/{kind}" in POD_KINDS and kind != POD:
        places.append((POD, (*pod_of(manifest).at, "metadata", "annotations")))
    for annotated, at in places:
        for name, value in body.mapping(manifest.body, *at).items():
            prefix, slash, _ = name.partition("/")
            if slash and (prefix == "istio.io" or prefix.endswith(".istio.io")):
                yield annotated, (*at, name), name, value

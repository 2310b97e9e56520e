"""The kinds of Istio's API: what they are called, and where they say for which workloads they are.

Owns those places. Must not know any rule. https://istio.io/latest/docs/reference/config/
"""

from __future__ import annotations

from collections.abc import Mapping

from gitramp.pointer import Pointer
from gitramp.resource import Manifest

VIRTUAL_SERVICE = "networking.istio.io/VirtualService"
DESTINATION_RULE = "networking.istio.io/DestinationRule"
GATEWAY = "networking.istio.io/Gateway"
SERVICE_ENTRY = "networking.istio.io/ServiceEntry"
SIDECAR = "networking.istio.io/Sidecar"
WORKLOAD_ENTRY = "networking.istio.io/WorkloadEntry"
WORKLOAD_GROUP = "networking.istio.io/WorkloadGroup"
PROXY_CONFIG = "networking.istio.io/ProxyConfig"
ENVOY_FILTER = "networking.istio.io/EnvoyFilter"
PEER_AUTHENTICATION = "security.istio.io/PeerAuthentication"
REQUEST_AUTHENTICATION = "security.istio.io/RequestAuthentication"
AUTHORIZATION_POLICY = "security.istio.io/AuthorizationPolicy"
TELEMETRY = "telemetry.istio.io/Telemetry"
WASM_PLUGIN = "extensions.istio.io/WasmPlugin"
TRAFFIC_EXTENSION = "extensions.istio.io/TrafficExtension"

EVERY = frozenset({
    VIRTUAL_SERVICE, DESTINATION_RULE, GATEWAY, SERVICE_ENTRY, SIDECAR, WORKLOAD_ENTRY, WORKLOAD_GROUP, PROXY_CONFIG,
    ENVOY_FILTER, PEER_AUTHENTICATION, REQUEST_AUTHENTICATION, AUTHORIZATION_POLICY, TELEMETRY, WASM_PLUGIN,
    TRAFFIC_EXTENSION,
})  # fmt: skip

TARGETED = frozenset({REQUEST_AUTHENTICATION, AUTHORIZATION_POLICY, TELEMETRY, WASM_PLUGIN, TRAFFIC_EXTENSION})
"""The kinds that may be for a Service or Gateway instead of for workloads."""

SELECTOR: Mapping[str, tuple[str, str]] = {
    SIDECAR: ("workloadSelector", "labels"),
    SERVICE_ENTRY: ("workloadSelector", "labels"),
    ENVOY_FILTER: ("workloadSelector", "labels"),
    DESTINATION_RULE: ("workloadSelector", "matchLabels"),
    **dict.fromkeys((*TARGETED, PEER_AUTHENTICATION, PROXY_CONFIG), ("selector", "matchLabels")),
}
"""The field with the selector, and the one in it with the labels."""


def kind_of(manifest: Manifest) -> str:
    """Return an object's kind with its group, as rules name it."""
    return f"{manifest.id.gvk.group}/{manifest.id.gvk.kind}"


def selector_at(manifest: Manifest) -> Pointer:
    """Return the pointer to the object's selector of workloads."""
    return ("spec", SELECTOR[kind_of(manifest)][0])


def labels_at(manifest: Manifest) -> Pointer:
    """Return the pointer to the labels that the object's selector wants."""
    return (*selector_at(manifest), SELECTOR[kind_of(manifest)][1])

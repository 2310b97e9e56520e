"""The versions of APIs that no cluster or mesh of today serves, and what replaces each.

Owns the list. Must not know any rule. https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from __future__ import annotations

from collections.abc import Mapping

from gitramp.resource import GroupVersionKind

_ANY = ""
# Group/version -> kind -> what replaces it; "" stands for all kinds of the version.
_GONE: Mapping[str, Mapping[str, str]] = {
    "extensions/v1beta1": {
        "Ingress": "networking.k8s.io/v1",
        "NetworkPolicy": "networking.k8s.io/v1",
        "PodSecurityPolicy": "Pod Security Admission",
        _ANY: "apps/v1",
    },
    "apps/v1beta1": {_ANY: "apps/v1"},
    "apps/v1beta2": {_ANY: "apps/v1"},
    "autoscaling/v2beta1": {_ANY: "autoscaling/v2"},
    "autoscaling/v2beta2": {_ANY: "autoscaling/v2"},
    "batch/v1beta1": {_ANY: "batch/v1"},
    "batch/v2alpha1": {_ANY: "batch/v1"},
    "policy/v1beta1": {"PodSecurityPolicy": "Pod Security Admission", _ANY: "policy/v1"},
    "networking.k8s.io/v1beta1": dict.fromkeys(("Ingress", "IngressClass"), "networking.k8s.io/v1"),
    **{
        f"rbac.authorization.k8s.io/{version}": {_ANY: "rbac.authorization.k8s.io/v1"}
        for version in ("v1alpha1", "v1beta1")
    },
    "admissionregistration.k8s.io/v1beta1": dict.fromkeys(
        ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"), "admissionregistration.k8s.io/v1"
    ),
    "apiextensions.k8s.io/v1beta1": {_ANY: "apiextensions.k8s.io/v1"},
    "apiregistration.k8s.io/v1beta1": {_ANY: "apiregistration.k8s.io/v1"},
    "authentication.k8s.io/v1beta1": {"TokenReview": "authentication.k8s.io/v1"},
    "authorization.k8s.io/v1beta1": {_ANY: "authorization.k8s.io/v1"},
    "certificates.k8s.io/v1beta1": {"CertificateSigningRequest": "certificates.k8s.io/v1"},
    "coordination.k8s.io/v1beta1": {"Lease": "coordination.k8s.io/v1"},
    "discovery.k8s.io/v1beta1": {_ANY: "discovery.k8s.io/v1"},
    "events.k8s.io/v1beta1": {_ANY: "events.k8s.io/v1"},
    **{
        f"flowcontrol.apiserver.k8s.io/{version}": {_ANY: "flowcontrol.apiserver.k8s.io/v1"}
        for version in ("v1alpha1", "v1beta1", "v1beta2", "v1beta3")
    },
    "node.k8s.io/v1beta1": {_ANY: "node.k8s.io/v1"},
    "node.k8s.io/v1alpha1": {_ANY: "node.k8s.io/v1"},
    "scheduling.k8s.io/v1beta1": {"PriorityClass": "scheduling.k8s.io/v1"},
    "scheduling.k8s.io/v1alpha1": {"PriorityClass": "scheduling.k8s.io/v1"},
    "storage.k8s.io/v1beta1": dict.fromkeys(
        ("CSIDriver", "CSINode", "CSIStorageCapacity", "StorageClass", "VolumeAttachment"), "storage.k8s.io/v1"
    ),
    "settings.k8s.io/v1alpha1": {_ANY: "an admission webhook"},
    "authentication.istio.io/v1alpha1": {_ANY: "PeerAuthentication and RequestAuthentication"},
    "rbac.istio.io/v1alpha1": {_ANY: "AuthorizationPolicy"},
    "config.istio.io/v1alpha2": {_ANY: "Telemetry and WasmPlugin"},
    "networking.x-k8s.io/v1alpha1": {_ANY: "gateway.networking.k8s.io/v1"},
    "gateway.networking.k8s.io/v1alpha2": dict.fromkeys(
        ("GRPCRoute", "Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"), "gateway.networking.k8s.io/v1"
    ),
}


def instead_of(gvk: GroupVersionKind) -> str:
    """Return what replaces a kind of a version that is gone, "" for one that is served or that nobody knows."""
    gone = _GONE.get(gvk.api_version, {})
    return gone.get(gvk.kind, gone.get(_ANY, ""))

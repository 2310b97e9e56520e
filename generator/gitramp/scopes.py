"""Where a kind lives: in a namespace, or in the whole cluster.

Owns the kinds that gitramp knows. Must not know any object.
"""

from __future__ import annotations

# Groups whose kinds all live in namespaces, but for these.
_GROUPS = frozenset(
    {
        "",
        "apps",
        "autoscaling",
        "batch",
        "discovery.k8s.io",
        "gateway.networking.k8s.io",
        "networking.istio.io",
        "networking.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "security.istio.io",
        "telemetry.istio.io",
    }
)
_CLUSTER = frozenset(
    {
        "APIService",
        "ClusterRole",
        "ClusterRoleBinding",
        "CSIDriver",
        "CSINode",
        "CustomResourceDefinition",
        "FlowSchema",
        "GatewayClass",
        "IPAddress",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "RuntimeClass",
        "ServiceCIDR",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
    }
)


def is_of_cluster(group: str, kind: str) -> bool | None:
    """Whether a kind belongs to the whole cluster; None where gitramp does not know it."""
    if kind in _CLUSTER and (group in _GROUPS or group.endswith(".k8s.io")):
        return True
    return False if group in _GROUPS else None

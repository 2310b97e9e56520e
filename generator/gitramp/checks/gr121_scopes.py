"""GR121: an object has a namespace when its kind lives in one, and none when it does not."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR121",
    "an object in the wrong scope",
    "Without a namespace the controller that applies the object would choose one; and an object of the whole cluster "
    "in a namespace is refused, or counted twice.",
    "say metadata.namespace, or remove it from an object of the whole cluster",
    source="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris",
)
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


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each object whose namespace does not fit its kind, as far as the kind is known."""
    for manifest in manifests:
        group, _, kind = manifest.id.gvk
        if kind in _CLUSTER and (group in _GROUPS or group.endswith(".k8s.io")):
            if manifest.id.namespace:
                yield Breach(
                    f"{manifest.id} is in a namespace; a {kind} is in none", ("metadata", "namespace"), manifest
                )
        elif group in _GROUPS and not manifest.id.namespace:
            yield Breach(f"{manifest.id} has no namespace", ("metadata",), manifest)


RULE = ManifestRule(CODE, find)

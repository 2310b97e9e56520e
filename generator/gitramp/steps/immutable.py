"""The fields of objects that the API server refuses to change once an object is there.

Owns the table, from the validation of updates in Kubernetes, and what a field is by default. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitramp import body
from gitramp.pointer import Pointer
from gitramp.resource import Manifest

_JOB = ("spec.selector", "spec.template", "spec.completionMode", "spec.podFailurePolicy", "spec.successPolicy",
        "spec.managedBy", "spec.backoffLimitPerIndex", "spec.manualSelector")  # fmt: skip

FIELDS: Mapping[str, tuple[str, ...]] = {
    "apps/Deployment": ("spec.selector",),
    "apps/DaemonSet": ("spec.selector",),
    "apps/ReplicaSet": ("spec.selector",),
    "apps/StatefulSet": (
        "spec.selector",
        "spec.serviceName",
        "spec.podManagementPolicy",
        "spec.volumeClaimTemplates",
    ),
    "batch/Job": _JOB,
    "/Service": ("spec.clusterIP", "spec.loadBalancerClass"),
    "/Secret": ("type",),
    "/PersistentVolumeClaim": (
        "spec.accessModes",
        "spec.volumeMode",
        "spec.volumeName",
        "spec.selector",
        "spec.storageClassName",
        "spec.dataSource",
        "spec.dataSourceRef",
    ),
    "rbac.authorization.k8s.io/RoleBinding": ("roleRef",),
    "rbac.authorization.k8s.io/ClusterRoleBinding": ("roleRef",),
    "storage.k8s.io/StorageClass": (
        "provisioner",
        "parameters",
        "reclaimPolicy",
        "volumeBindingMode",
    ),
    "scheduling.k8s.io/PriorityClass": ("value", "preemptionPolicy"),
    "node.k8s.io/RuntimeClass": ("handler",),
    "networking.k8s.io/IngressClass": ("spec.controller",),
    "discovery.k8s.io/EndpointSlice": ("addressType",),
    "gateway.networking.k8s.io/GatewayClass": ("spec.controllerName",),
    "apiextensions.k8s.io/CustomResourceDefinition": (
        "spec.group",
        "spec.scope",
        "spec.names.plural",
        "spec.names.kind",
    ),
}
_DEFAULTS: Mapping[tuple[str, str], Any] = {
    ("apps/StatefulSet", "spec.podManagementPolicy"): "OrderedReady",
    ("apps/StatefulSet", "spec.serviceName"): "",
    ("apps/StatefulSet", "spec.volumeClaimTemplates"): [],
    ("batch/Job", "spec.completionMode"): "NonIndexed",
    ("batch/Job", "spec.managedBy"): "kubernetes.io/job-controller",
    ("batch/Job", "spec.manualSelector"): False,
    ("/Secret", "type"): "Opaque",
    ("/PersistentVolumeClaim", "spec.volumeMode"): "Filesystem",
    ("storage.k8s.io/StorageClass", "reclaimPolicy"): "Delete",
    ("storage.k8s.io/StorageClass", "volumeBindingMode"): "Immediate",
    ("storage.k8s.io/StorageClass", "parameters"): {},
    ("scheduling.k8s.io/PriorityClass", "preemptionPolicy"): "PreemptLowerPriority",
    ("scheduling.k8s.io/PriorityClass", "value"): 0,
}
# What the cluster fills in when it is not said: nobody can tell from files whether saying it changes anything.
_FILLED_IN = frozenset(
    {
        ("/PersistentVolumeClaim", "spec.storageClassName"),
        ("/PersistentVolumeClaim", "spec.volumeName"),
        ("/PersistentVolumeClaim", "spec.dataSource"),
        ("/PersistentVolumeClaim", "spec.dataSourceRef"),
        ("/Service", "spec.loadBalancerClass"),
        ("batch/Job", "spec.selector"),
    }
)
_DATA = ("data", "binaryData", "immutable")
_STRINGS = "stringData"


def changed(old: Manifest, new: Manifest) -> Iterator[Pointer]:
    """Yield the fields that differ between two revisions of an object, and that may not."""
    kind = f"{new.id.gvk.group}/{new.id.gvk.kind}"
    for name in FIELDS.get(kind, ()):
        at = tuple(name.split("."))
        before, after = body.field(old.body, *at), body.field(new.body, *at)
        if (kind, name) in _FILLED_IN and (before is None or after is None):
            continue
        default = _DEFAULTS.get((kind, name))
        before, after = (default if value is None else value for value in (before, after))
        if name == "spec.clusterIP":
            before, after = (_headless(old), _headless(new)) if "None" in (before, after) else (before, after)
            before, after = (before, after) if before and after else (None, None)
        if _shape(before, name) != _shape(after, name):
            yield at
    yield from _sealed(kind, old, new)


def _headless(manifest: Manifest) -> str:
    """Say whether a Service has an address: one is given to it, or taken away, only when it is made."""
    kind = body.text(manifest.body, "spec", "type")
    if kind == "ExternalName":
        return ""
    return "None" if body.field(manifest.body, "spec", "clusterIP") == "None" else "an address"


def _shape(value: Any, name: str) -> Any:
    """Take out of claim templates what the API server puts into them."""
    if name == "spec.accessModes" and isinstance(value, list):
        return sorted(map(str, value))
    if name != "spec.volumeClaimTemplates" or not isinstance(value, list):
        return value
    return [_claim(claim) for claim in value]


def _claim(claim: Any) -> Any:
    spec = {"volumeMode": "Filesystem", **body.mapping(claim, "spec")}
    metadata = {k: v for k, v in body.mapping(claim, "metadata").items() if k != "creationTimestamp"}
    return metadata, {k: v for k, v in spec.items() if v is not None}


def _sealed(kind: str, old: Manifest, new: Manifest) -> Iterator[Pointer]:
    """Yield what differs in a ConfigMap or Secret that says it never changes."""
    if kind not in {"/ConfigMap", "/Secret"} or body.field(old.body, "immutable") is not True:
        return
    for name in _DATA:
        before, after = body.field(old.body, name), body.field(new.body, name)
        if (before or None) != (after or None) and not (kind == "/Secret" and body.field(new.body, _STRINGS)):
            yield (name,)
    if body.field(old.body, _STRINGS) != body.field(new.body, _STRINGS):
        yield (_STRINGS,)

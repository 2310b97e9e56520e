"""GR461: a policy that is bound to a Service or Gateway has somebody who enforces it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.attached import SELECTORS, targets
from gitramp.checks.proxies import namespace_labels
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR461",
    "a policy bound to what nobody enforces it for",
    "Policies with targetRefs are enforced by waypoints and gateways, never by sidecars or beneath them. Without one, "
    "the policy has no effect at all.",
    "label the Service or Namespace istio.io/use-waypoint, or use a selector",
    Severity.WARNING,
    source="https://istio.io/latest/docs/ambient/usage/l7-features/",
)
_WAYPOINT = "istio.io/use-waypoint"


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each target that is not there, and each Service without a waypoint."""
    for kind in sorted({kind for _, kind in SELECTORS}):
        for policy in manifests.of_kind(kind):
            for at, target in targets(policy):
                if fault := _fault(manifests, policy, target):
                    yield Breach(f"{body.text(target, 'kind')} {show(body.text(target, 'name'))} {fault}", at, policy)


def _fault(manifests: ManifestSet, policy: Manifest, target: Any) -> str:
    namespace, name = policy.id.namespace, body.text(target, "name")
    group, kind = body.text(target, "group"), body.text(target, "kind")
    if kind == "Gateway" and group == "gateway.networking.k8s.io":
        known = [
            m.id.name for m in manifests.of_kind("Gateway") if m.id.namespace == namespace and m.id.gvk.group == group
        ]
        return "is not there" if known and name not in known else ""
    if kind != "Service" or group not in {"", "core"} or namespace not in Registry.of(manifests).held:
        return ""
    service = Registry.of(manifests).service(name, namespace)
    if service is None:
        return "is not there"
    labels = namespace_labels(manifests).get(namespace)
    own = body.mapping(service.manifest.body, "metadata", "labels")
    waypoint = own.get(_WAYPOINT, (labels or {}).get(_WAYPOINT))
    return "has no waypoint" if labels is not None and waypoint in (None, "none") else ""


RULE = ManifestRule(CODE, find)

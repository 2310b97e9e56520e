"""What the pods of a workload ask for, as the API server adds it up for quotas.

Owns the sum over a pod's containers and the defaults that a LimitRange gives them. Must not know any rule.
https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from gitramp import body
from gitramp.checks.pods import Container, Pod
from gitramp.checks.quantity import read_quantity
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

Defaults = Mapping[str, Mapping[str, Any]]
"""What a container gets that says nothing: "limits" and "requests", each resource -> amount."""


Range = tuple[Manifest, Pointer]
"""An entry of a LimitRange that bounds containers: the object, and the way to the entry."""


def container_ranges(manifests: ManifestSet) -> Mapping[str, list[Range]]:
    """Return the entries of LimitRanges that bound containers, by namespace."""
    found: dict[str, list[Range]] = {}
    for manifest in manifests.of_kind("LimitRange"):
        for at, entry in body.items(manifest.body, "spec", "limits"):
            if body.text(entry, "type") == "Container":
                found.setdefault(manifest.id.namespace, []).append((manifest, at))
    return found


def defaults(ranges: Iterable[Range]) -> Defaults:
    """Return what a container gets under these entries that says nothing; a bound is a default too.

    In this order: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/v1/defaults.go
    """
    limits: dict[str, Any] = {}
    requests: dict[str, Any] = {}
    for manifest, at in ranges:
        bounds = {name: body.mapping(manifest.body, *at, name) for name in ("min", "defaultRequest", "default", "max")}
        limits |= {**bounds["max"], **bounds["default"]}
        requests |= {**bounds["min"], **limits, **bounds["defaultRequest"]}
    return {"limits": limits, "requests": requests}


def said(container: Container, kind: str, resource: str, given: Defaults) -> Any:
    """Return what a container asks for or is limited to, None for nothing; a limit alone is the request too."""
    own = {name: body.mapping(container.body, "resources", name) for name in ("limits", "requests")}
    if resource in own[kind]:
        return own[kind][resource]
    if kind == "requests" and resource in own["limits"]:
        return own["limits"][resource]
    return given[kind].get(resource)


def of_pod(pod: Pod, kind: str, resource: str, given: Defaults) -> Fraction:
    """Return what a pod counts for: what runs at once at most. An amount that cannot be read counts as none.

    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
    """
    beside, most = Fraction(0), Fraction(0)
    for container in pod.in_order("initContainers"):
        amount = read_quantity(said(container, kind, resource, given)) or Fraction(0)
        lasting = body.field(container.body, "restartPolicy") == "Always"
        beside += amount if lasting else 0
        most = max(most, beside if lasting else beside + amount)
    own = (read_quantity(said(container, kind, resource, given)) for container in pod.in_order("containers"))
    return max(most, beside + sum((amount for amount in own if amount is not None), Fraction(0)))

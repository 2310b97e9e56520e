"""GR332: a quota has room for what is rendered into its namespace."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from gitramp import body
from gitramp.checks import amounts
from gitramp.checks.pods import Pod, pods
from gitramp.checks.quantity import read_quantity
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.workloads import Workloads
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR332",
    "a quota without room for its pods",
    "The API server refuses the pods that are too many, and, once a resource has a quota, every pod that does not say "
    "how much of it it needs; the Deployment then waits for ever.",
    "raise the quota, or say less in `replicas`, `autoscaling` and `resources`",
    source="https://kubernetes.io/docs/concepts/policy/resource-quotas/",
)
# The sidecars that Istio injects are not rendered, so a quota may be too small even where this rule is silent.
_RESOURCES = ("cpu", "memory", "ephemeral-storage")
_COMPUTED = {
    **{name: ("requests", name) for name in _RESOURCES},
    **{f"{kind}.{name}": (kind, name) for kind in ("requests", "limits") for name in _RESOURCES},
}
_CLAIMED = {"persistentvolumeclaims", "requests.storage"}
_DEMANDED = {"cpu", "memory"}  # of the computed ones, these alone may not be left unsaid
_SAY_IT = "say it in `resources`, or give a default in namespaces.limits"


class _Quota(NamedTuple):
    manifest: Manifest
    at: Pointer
    name: str
    most: Fraction


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each bound of a ResourceQuota that the fewest pods exceed, and what no pod may leave unsaid."""
    quotas = list(manifests.of_kind("ResourceQuota"))
    if not quotas:
        return
    ranges, workloads = amounts.container_ranges(manifests), Workloads.of(manifests)
    by_namespace: dict[str, list[Pod]] = {}
    for pod in pods(manifests):
        by_namespace.setdefault(pod.manifest.id.namespace, []).append(pod)
    for manifest in quotas:
        if not (body.field(manifest.body, "spec", "scopes") or body.field(manifest.body, "spec", "scopeSelector")):
            namespace = manifest.id.namespace
            here = by_namespace.get(namespace, [])
            yield from _of_quota(manifest, here, workloads, amounts.defaults(ranges.get(namespace, ())))


def _of_quota(manifest: Manifest, here: list[Pod], workloads: Workloads, given: amounts.Defaults) -> Iterator[Breach]:
    counted = [(pod, fewest) for pod in here if (fewest := workloads.fewest(pod))]
    for quota in _quotas(manifest):
        if quota.name == "pods":
            yield from _exceeded(quota, Fraction(sum(fewest for _, fewest in counted) + any(map(_surges, here))))
        elif quota.name in _CLAIMED:
            yield from _exceeded(quota, sum((_claimed(quota.name, pod) * n for pod, n in counted), Fraction(0)))
        elif quota.name in _COMPUTED:
            yield from _unsaid(quota, here, given)
            yield from _exceeded(quota, _needed(quota.name, counted, given))


def _quotas(manifest: Manifest) -> Iterator[_Quota]:
    for name, written in body.mapping(manifest.body, "spec", "hard").items():
        most, at = read_quantity(written), ("spec", "hard", name)
        if most is not None and most >= 0:  # GR336 tells of others
            yield _Quota(manifest, at, name, most)


def _surges(pod: Pod) -> bool:
    """Whether a rollout starts a new pod before it stops an old one."""
    rolling = body.mapping(pod.manifest.body, "spec", "strategy", "rollingUpdate")
    return pod.manifest.id.gvk.kind == "Deployment" and rolling.get("maxUnavailable") == 0


def _claimed(name: str, pod: Pod) -> Fraction:
    """Return the claims of one pod of a StatefulSet, or what they claim together."""
    claims = [claim for _, claim in body.items(pod.manifest.body, "spec", "volumeClaimTemplates")]
    if name == "persistentvolumeclaims":
        return Fraction(len(claims))
    amounts_said = (read_quantity(body.field(c, "spec", "resources", "requests", "storage")) for c in claims)
    return sum((amount for amount in amounts_said if amount is not None), Fraction(0))


def _needed(name: str, counted: list[tuple[Pod, int]], given: amounts.Defaults) -> Fraction:
    kind, resource = _COMPUTED[name]
    return sum((amounts.of_pod(pod, kind, resource, given) * fewest for pod, fewest in counted), Fraction(0))


def _exceeded(quota: _Quota, needed: Fraction) -> Iterator[Breach]:
    if needed > quota.most:
        amount = _written(needed, quota.name)
        written = body.shown(body.field(quota.manifest.body, *quota.at))
        message = f"{quota.name} {written} is less than the {amount} that the fewest pods need"
        yield Breach(message, quota.at, quota.manifest)


def _written(amount: Fraction, name: str) -> str:
    if name.endswith(("memory", "storage")):
        return f"{-(-amount // 2**20)}Mi"
    return str(amount) if amount.denominator == 1 else f"{-(-amount * 1000 // 1)}m"


def _unsaid(quota: _Quota, here: list[Pod], given: amounts.Defaults) -> Iterator[Breach]:
    kind, resource = _COMPUTED[quota.name]
    for pod in here if resource in _DEMANDED else ():
        for container in pod.containers():
            if amounts.said(container, kind, resource, given) is None:
                what = f"{kind[:-1]} of {resource}"
                message = f"container {show(container.name)} has no {what}, which the namespace has a quota of"
                yield Breach(message, container.pointer, pod.manifest, _SAY_IT)


RULE = ManifestRule(CODE, find)

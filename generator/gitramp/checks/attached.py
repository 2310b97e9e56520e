"""The policies that hold for a pod: those of its namespace and of the root namespace whose selector chooses it.

Owns where each kind keeps its selector, and the index, so that a rule over a thousand pods stays quick. Must not know
what a policy says. https://istio.io/latest/docs/concepts/security/#policy-target
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gitramp import body
from gitramp.checks.index import index
from gitramp.checks.pods import Pod, pods
from gitramp.checks.registry import ROOT_NAMESPACE
from gitramp.checks.workloads import Workloads
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

_SECURITY, _NETWORKING = "security.istio.io", "networking.istio.io"
SELECTORS: Mapping[tuple[str, str], Pointer] = {
    (_SECURITY, "AuthorizationPolicy"): ("spec", "selector", "matchLabels"),
    (_SECURITY, "PeerAuthentication"): ("spec", "selector", "matchLabels"),
    (_SECURITY, "RequestAuthentication"): ("spec", "selector", "matchLabels"),
    ("telemetry.istio.io", "Telemetry"): ("spec", "selector", "matchLabels"),
    ("extensions.istio.io", "WasmPlugin"): ("spec", "selector", "matchLabels"),
    (_NETWORKING, "Sidecar"): ("spec", "workloadSelector", "labels"),
    (_NETWORKING, "EnvoyFilter"): ("spec", "workloadSelector", "labels"),
    (_NETWORKING, "DestinationRule"): ("spec", "workloadSelector", "matchLabels"),
    (_NETWORKING, "ServiceEntry"): ("spec", "workloadSelector", "labels"),
    (_NETWORKING, "ProxyConfig"): ("spec", "selector", "matchLabels"),
}
_Label = tuple[str, str, str]
"""Namespace, key and value of one label that the selector asks for; two empty texts where it asks for none."""


def selector(manifest: Manifest) -> Mapping[str, Any]:
    """Return the labels that a policy asks for, none where it holds for its whole namespace."""
    at = SELECTORS.get((manifest.id.gvk.group, manifest.id.gvk.kind))
    return body.mapping(manifest.body, *at) if at else {}


def targets(manifest: Manifest) -> tuple[tuple[Pointer, Any], ...]:
    """Return the objects that a policy is bound to in place of pods."""
    one = body.field(manifest.body, "spec", "targetRef")
    said = [(("spec", "targetRef"), one)] if isinstance(one, dict) else []
    return (*said, *body.items(manifest.body, "spec", "targetRefs"))


@index
def _index(manifests: ManifestSet, kind: str) -> Mapping[_Label, list[Manifest]]:
    found: dict[_Label, list[Manifest]] = {}
    for manifest in manifests.of_kind(kind):
        if (manifest.id.gvk.group, kind) in SELECTORS and not targets(manifest):
            found.setdefault(_narrowest(manifest.id.namespace, selector(manifest)), []).append(manifest)
    return found


def policies(manifests: ManifestSet, kind: str, pod: Pod) -> Iterator[Manifest]:
    """Yield the objects of a kind that hold for a pod: its namespace's own, then the mesh's."""
    index = _index(manifests, kind)
    for namespace in dict.fromkeys((pod.manifest.id.namespace, ROOT_NAMESPACE)):
        yield from index.get((namespace, "", ""), ())
        for label in ((namespace, k, v) for k, v in pod.labels.items() if isinstance(v, str)):
            for found in index.get(label, ()):
                if chooses(selector(found), pod.labels):
                    yield found


def of_namespace(manifests: ManifestSet, kind: str, namespace: str) -> tuple[Manifest, ...]:
    """Return the objects of a kind that hold for a whole namespace."""
    return tuple(_index(manifests, kind).get((namespace, "", ""), ()))


def chooses(wanted: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """Whether labels have all that is wanted; nothing wanted is had by all."""
    return all(labels.get(name) == value for name, value in wanted.items())


def chosen(manifests: ManifestSet, manifest: Manifest) -> Iterator[Pod]:
    """Yield the pods that a policy holds for; one of the root namespace holds everywhere."""
    wanted, namespace = selector(manifest), manifest.id.namespace
    if namespace == ROOT_NAMESPACE and manifest.id.gvk.kind not in {"ServiceEntry", "DestinationRule"}:
        yield from Workloads.of(manifests).anywhere(wanted)
    else:
        yield from Workloads.of(manifests).selected(namespace, {"matchLabels": wanted})


def _narrowest(namespace: str, wanted: Mapping[str, Any]) -> _Label:
    return next(((namespace, k, v) for k, v in wanted.items() if isinstance(v, str)), (namespace, "", ""))


def rivals(manifests: ManifestSet, kind: str) -> Iterator[tuple[Manifest, Manifest, str]]:
    """Yield each object of a kind that holds for the same as an earlier one: a whole namespace, or some pods."""
    told: set[tuple[int, int]] = set()
    for manifest in manifests.of_kind(kind):
        first, *_ = of_namespace(manifests, kind, manifest.id.namespace) or (manifest,)
        if not selector(manifest) and not targets(manifest) and first is not manifest:
            yield manifest, first, f"namespace {manifest.id.namespace}"
    for pod in pods(manifests):
        found = [m for m in policies(manifests, kind, pod) if selector(m)]
        own = [m for m in found if m.id.namespace == pod.manifest.id.namespace]
        for other in own[1:]:
            if (id(own[0]), id(other)) not in told:
                told.add((id(own[0]), id(other)))
                yield other, own[0], f"the pods of {pod.manifest.id}"


def idle(manifests: ManifestSet, kinds: Iterable[str]) -> Iterator[Manifest]:
    """Yield each object of these kinds whose selector chooses no pod, in a namespace whose pods are known."""
    workloads = Workloads.of(manifests)
    for kind in kinds:
        for manifest in manifests.of_kind(kind):
            namespace = manifest.id.namespace
            wanted, known = selector(manifest), workloads.labelled.get((namespace, "", ""))
            if wanted and known and not any(chosen(manifests, manifest)) and not _entered(manifests, manifest):
                yield manifest


def _entered(manifests: ManifestSet, manifest: Manifest) -> bool:
    """Whether a workload outside of the cluster is chosen."""
    entries = ((m, ("spec", "labels")) for m in manifests.of_kind("WorkloadEntry"))
    groups = ((m, ("spec", "metadata", "labels")) for m in manifests.of_kind("WorkloadGroup"))
    return any(
        m.id.namespace == manifest.id.namespace and chooses(selector(manifest), body.mapping(m.body, *at))
        for m, at in (*entries, *groups)
    )

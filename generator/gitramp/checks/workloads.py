"""Who finds whom in a set of objects: a selector its pods, an autoscaler its workload.

Owns the indexes, so that a rule over a thousand services stays quick. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitramp import body
from gitramp.checks import selectors
from gitramp.checks.index import index
from gitramp.checks.pods import Pod, pods
from gitramp.resource import Manifest, ManifestSet

_COUNTED = {"Deployment", "StatefulSet", "ReplicaSet"}

_Label = tuple[str, str, str]
"""Namespace or `*`, key and value; two empty texts stand for all pods of the namespace."""
_Target = tuple[str, str, str]
"""Namespace, kind and name of a workload whose number of pods is chosen."""


@dataclass(frozen=True, slots=True)
class Workloads:
    """The pods of a set by label, and its autoscalers by what they scale."""

    labelled: Mapping[_Label, list[Pod]]
    counted: Mapping[_Target, Pod]
    autoscalers: Mapping[_Target, Manifest]

    @classmethod
    @index
    def of(cls, manifests: ManifestSet) -> Workloads:
        """Index the objects of one environment, once for all rules."""
        labelled: dict[_Label, list[Pod]] = {}
        counted: dict[_Target, Pod] = {}
        for pod in pods(manifests):
            for namespace in (pod.manifest.id.namespace, "*"):
                for label in _labels(namespace, pod.labels):
                    labelled.setdefault(label, []).append(pod)
            if pod.manifest.id.gvk.kind in _COUNTED:
                counted[_target(pod)] = pod
        return cls(labelled, counted, {_scaled(a): a for a in manifests.of_kind("HorizontalPodAutoscaler")})

    def selected(self, namespace: str, selector: Any) -> Iterator[Pod]:
        """Yield the pods that a LabelSelector chooses in a namespace."""
        *_, narrowest = _labels(namespace, body.mapping(selector, "matchLabels"))
        return (p for p in self.labelled.get(narrowest, []) if selectors.label_selector(selector, p.labels))

    def served(self, namespace: str, selector: Any) -> Iterator[Pod]:
        """Yield the pods that a Service's selector chooses in a namespace."""
        *_, narrowest = _labels(namespace, body.mapping(selector))
        return (p for p in self.labelled.get(narrowest, []) if selectors.equal(selector, p.labels))

    def anywhere(self, labels: Mapping[str, Any]) -> Iterator[Pod]:
        """Yield the pods of all namespaces that have these labels."""
        *_, narrowest = _labels("*", labels)
        return (p for p in self.labelled.get(narrowest, []) if all(p.labels.get(k) == v for k, v in labels.items()))

    def target(self, autoscaler: Manifest) -> Pod | None:
        """Return the pods whose number an autoscaler chooses, None when they are not in the set."""
        return self.counted.get(_scaled(autoscaler))

    def autoscaler(self, pod: Pod) -> Manifest | None:
        """Return the autoscaler that chooses the number of pods, None where there is none."""
        return self.autoscalers.get(_target(pod))

    def fewest(self, pod: Pod) -> int | None:
        """Return the fewest pods that run of a workload; None when the objects do not say, as of a DaemonSet."""
        if pod.manifest.id.gvk.kind not in _COUNTED:
            return 1 if pod.manifest.id.gvk.kind == "Pod" else None
        autoscaler = self.autoscaler(pod)
        said = (
            body.number(pod.manifest.body, "spec", "replicas")
            if autoscaler is None
            else body.number(autoscaler.body, "spec", "minReplicas")
        )
        return 1 if said is None else said

    def most(self, pod: Pod) -> int | None:
        """Return the most pods that run of a workload; None when the objects do not say."""
        autoscaler = self.autoscalers.get(_target(pod))
        if autoscaler is None or pod.manifest.id.gvk.kind not in _COUNTED:
            return self.fewest(pod)
        return body.number(autoscaler.body, "spec", "maxReplicas")


def _labels(namespace: str, labels: Mapping[str, Any]) -> Iterator[_Label]:
    yield namespace, "", ""
    yield from ((namespace, key, value) for key, value in labels.items() if isinstance(value, str))


def _target(pod: Pod) -> _Target:
    found = pod.manifest.id
    return found.namespace, found.gvk.kind, found.name


def _scaled(autoscaler: Manifest) -> _Target:
    reference = body.field(autoscaler.body, "spec", "scaleTargetRef")
    return autoscaler.id.namespace, body.text(reference, "kind"), body.text(reference, "name")

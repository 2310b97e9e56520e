"""What stands around the targets of routes, before or after: found by name, host, namespace or label.

Owns the indexes, so that a thousand services stay quick. They say where to look; what is there at a moment, the moment
says. Must not know what a request needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitramp import body
from gitramp.checks.pods import Pod
from gitramp.checks.workloads import Workloads
from gitramp.ordering.routing import GATEWAY_API, ISTIO
from gitramp.ordering.trees import Key, Trees, key_of
from gitramp.resource import Manifest

_SERVING = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "DaemonSet", "Pod"})
_SECURITY = "security.istio.io"
_Label = tuple[str, str, str]
_EVERYBODY = ("", "")


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """Where to look for what belongs to a target."""

    trees: Trees
    entries: Mapping[str, tuple[Key, ...]]
    rules: Mapping[str, tuple[Key, ...]]
    grants: Mapping[str, tuple[Key, ...]]
    policies: Mapping[_Label, tuple[Key, ...]]
    networks: Mapping[_Label, tuple[Key, ...]]
    at_services: Mapping[tuple[str, str], tuple[Key, ...]]
    naming: Mapping[str, tuple[Key, ...]]
    """Service account -> the policies that name it before or after, and are there both times."""
    sidecars: tuple[Key, ...]
    """The Sidecars that change, and are there before and after."""

    @classmethod
    def of(cls, trees: Trees) -> Surroundings:
        """Index both trees."""
        return cls(
            trees,
            _by(trees, "ServiceEntry", ISTIO, _hosts),
            _by(trees, "DestinationRule", ISTIO, lambda m: [body.text(m.body, "spec", "host").lower()]),
            _by(trees, "ReferenceGrant", GATEWAY_API, lambda m: [m.id.namespace]),
            _by(trees, "AuthorizationPolicy", _SECURITY, lambda m: [_label(m, "selector")]),
            _by(trees, "NetworkPolicy", "networking.k8s.io", lambda m: [_label(m, "podSelector")]),
            _by(trees, "AuthorizationPolicy", _SECURITY, _services_of),
            _lasting(trees, _by(trees, "AuthorizationPolicy", _SECURITY, accounts)),
            tuple(key for key in trees.keys("Sidecar", ISTIO) if key in trees.changes and _lasts(trees, key)),
        )

    def workloads(self, namespace: str, selector: Any) -> tuple[Key, ...]:
        """Return what runs pods that a Service's selector chooses, in either tree."""
        sets = (self.trees.base, self.trees.head)
        found = (pod.manifest for each in sets for pod in Workloads.of(each).served(namespace, selector))
        return tuple(dict.fromkeys(key_of(m) for m in found if m.id.gvk.kind in _SERVING))

    def about(self, index: Mapping[_Label, tuple[Key, ...]], pod: Pod) -> Iterator[Key]:
        """Yield the policies that may select a pod."""
        namespace = pod.manifest.id.namespace
        labels = [_EVERYBODY, *((key, value) for key, value in pod.labels.items() if isinstance(value, str))]
        yield from (key for label in labels for key in index.get((namespace, *label), ()))

    def runs(self, workload: Manifest) -> bool:
        """Whether a workload has pods: none where it says 0 and nothing scales it."""
        if body.number(workload.body, "spec", "replicas") != 0:
            return True
        target = (workload.id.namespace, workload.id.gvk.kind, workload.id.name)
        return any(target in Workloads.of(each).autoscalers for each in (self.trees.base, self.trees.head))


def _by(trees: Trees, kind: str, group: str, names: Callable[[Manifest], Iterable[Any]]) -> dict[Any, tuple[Key, ...]]:
    found: dict[Any, dict[Key, None]] = {}
    for key in trees.keys(kind, group):
        for manifest in trees.both(key):
            for name in names(manifest):
                found.setdefault(name, {})[key] = None
    return {name: tuple(keys) for name, keys in found.items()}


def _hosts(entry: Manifest) -> Iterator[str]:
    return (host.lower() for _, host in body.items(entry.body, "spec", "hosts") if isinstance(host, str))


def _services_of(policy: Manifest) -> Iterator[tuple[str, str]]:
    for _, reference in body.items(policy.body, "spec", "targetRefs"):
        if body.text(reference, "kind") == "Service":
            yield policy.id.namespace, body.text(reference, "name")


def _label(policy: Manifest, selector: str) -> _Label:
    """Return one label that a policy's pods have; no label where it selects all, or by expressions."""
    said = body.mapping(policy.body, "spec", selector, "matchLabels")
    labels = sorted((key, value) for key, value in said.items() if isinstance(value, str))
    return (policy.id.namespace, *(labels[0] if labels else _EVERYBODY))


def _lasting(trees: Trees, index: Mapping[str, tuple[Key, ...]]) -> dict[str, tuple[Key, ...]]:
    return {name: tuple(key for key in keys if _lasts(trees, key)) for name, keys in index.items()}


def _lasts(trees: Trees, key: Key) -> bool:
    return key in trees.before and key in trees.after


def accounts(policy: Manifest | None) -> Iterator[str]:
    """Yield the service accounts that a policy names, as namespace/name."""
    for _, rule in body.items(policy.body if policy else None, "spec", "rules"):
        for _, each in body.items(rule, "from"):
            source = body.mapping(each, "source")
            yield from (name for _, name in body.items(source, "serviceAccounts") if isinstance(name, str))
            for _, principal in body.items(source, "principals"):
                parts = str(principal).split("/")
                if len(parts) >= 4 and parts[-4] == "ns" and parts[-2] == "sa":
                    yield f"{parts[-3]}/{parts[-1]}"

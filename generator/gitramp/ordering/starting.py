"""What pods need when they start: ConfigMaps, Secrets and ServiceAccounts that may go before the pods do without them.

Owns which objects a pod cannot start without. Must not know requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gitramp import body
from gitramp.checks.pods import Pod, pods_among
from gitramp.ordering.precedence import Precedence
from gitramp.ordering.trees import Key, key_of
from gitramp.resource import Manifest


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An object that may be deleted while the old pods of a workload still need it to start."""

    key: Key
    workload: Manifest


def withdrawn(order: Precedence) -> Iterator[Withdrawn]:
    """Yield what may go too early; a workload that goes itself needs nothing any more."""
    trees = order.trees
    for change in trees.changes.values():
        if change.before is None or change.after is None:
            continue
        for pod in pods_among((change.before,)):
            for key in dict.fromkeys(_needed(pod)):
                gone = trees.changes.get(key)
                if gone is not None and gone.after is None and order.allows({key: True, key_of(pod.manifest): False}):
                    yield Withdrawn(key, change.after)


def _needed(pod: Pod) -> Iterator[Key]:
    namespace = pod.manifest.id.namespace

    def key(kind: str, name: str) -> Iterator[Key]:
        if name:
            yield Key("", kind, namespace, name)

    yield from key("ServiceAccount", body.text(pod.spec, "serviceAccountName"))
    for _, volume in body.items(pod.spec, "volumes"):
        yield from key("ConfigMap", body.text(volume, "configMap", "name"))
        yield from key("Secret", body.text(volume, "secret", "secretName"))
    for container in pod.containers():
        for _, source in body.items(container.body, "envFrom"):
            yield from key("ConfigMap", body.text(source, "configMapRef", "name"))
            yield from key("Secret", body.text(source, "secretRef", "name"))
        for _, variable in body.items(container.body, "env"):
            yield from key("ConfigMap", body.text(variable, "valueFrom", "configMapKeyRef", "name"))
            yield from key("Secret", body.text(variable, "valueFrom", "secretKeyRef", "name"))

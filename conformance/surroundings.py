"""What a set of objects presupposes in a cluster: namespaces and priority classes that somebody else has made.

Owns what is made for a set that only refers to it. Must not know what is said of the set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.client import Client
from conformance.pods import pods_of
from conformance.verdict import Body, Document

BUILT_IN = "system-"  # priority classes that every cluster has


def make(client: Client, documents: Iterable[Document]) -> list[Body]:
    """Make what the set refers to and has not; return what must be removed again, which namespaces cannot be."""
    bodies = [each.body for each in documents]
    own = {(body["kind"], body["metadata"].get("name")) for body in bodies}
    needed = [body for body in _needed(bodies) if (body["kind"], body["metadata"]["name"]) not in own]
    for body in needed:
        # A namespace that the server refuses will be told by the objects in it.
        client.apply(body, dry=False)
    return [body for body in needed if body["kind"] != "Namespace"]


def _needed(bodies: Iterable[Body]) -> Iterator[Body]:
    namespaces: set[str] = set()
    classes: set[str] = set()
    for body in bodies:
        namespaces.add(body["metadata"].get("namespace") or "")
        classes.update(pod["spec"].get("priorityClassName") or "" for pod in pods_of(body))
    for name in sorted(namespaces - {""}):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    for name in sorted(classes - {""}):
        if not name.startswith(BUILT_IN):
            metadata = {"name": name}
            yield {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": metadata, "value": 1000}

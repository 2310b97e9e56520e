"""What a namespace may use: ResourceQuota and LimitRange.

Owns their fields. Must not know what runs in the namespaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.container import amounts_of
from gitramp.model import Environment
from gitramp.resource import Manifest, traced


def limits(environment: Environment) -> Iterator[Manifest]:
    """Yield the bounds of each namespace that has some."""
    for namespace in environment.rendered_namespaces():
        said = environment.limits_of(namespace)
        if said is None:
            continue
        metadata = {"name": "default", "namespace": namespace, "labels": dict(kinds.MANAGED)}
        hard = {name: traced(most, said.at("quota", name)) for name, most in sorted(said.quota.items())}
        if hard:
            tree: dict[str, Any] = {"metadata": metadata, "spec": {"hard": hard}}
            yield Manifest.of(kinds.RESOURCE_QUOTA, tree, said.pointer)
        lists = {name: amounts for name, each in said.containers.lists.items() if (amounts := amounts_of(each))}
        if lists:
            tree = {"metadata": metadata, "spec": {"limits": [{"type": "Container", **lists}]}}
            yield Manifest.of(kinds.LIMIT_RANGE, tree, said.pointer)

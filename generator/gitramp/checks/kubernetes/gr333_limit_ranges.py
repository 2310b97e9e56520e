"""GR333: containers keep to their namespace's LimitRange, and its bounds to each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gitramp import body
from gitramp.checks import amounts
from gitramp.checks.pods import Container, pods
from gitramp.checks.quantity import read_quantity
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR333",
    "a container outside of its namespace's limits",
    "The API server refuses every pod with such a container, and a LimitRange whose own bounds cross.",
    "change `resources`, or the bounds in namespaces.limits",
    source="https://kubernetes.io/docs/concepts/policy/limit-range/",
)
_ASCENDING = ("min", "defaultRequest", "default", "max")


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each crossing pair of bounds, each container outside of them, and each that a default limits too much."""
    for manifest in manifests.of_kind("LimitRange"):
        for at, _ in body.items(manifest.body, "spec", "limits"):
            yield from _crossed(manifest, at)
    by_namespace = amounts.container_ranges(manifests)
    given = {namespace: amounts.defaults(ranges) for namespace, ranges in by_namespace.items()}
    for pod in pods(manifests) if by_namespace else ():
        namespace = pod.manifest.id.namespace
        for container in pod.containers() if namespace in by_namespace else ():
            yield from _above_default(container, given[namespace])
            for limits, at in by_namespace[namespace]:
                yield from _outside(container, limits, at, given[namespace])


def _crossed(manifest: Manifest, at: Pointer) -> Iterator[Breach]:
    names = {name for bound in _ASCENDING for name in body.mapping(manifest.body, *at, bound)}
    for name in sorted(names):
        said = [(bound, body.field(manifest.body, *at, bound, name)) for bound in _ASCENDING]
        read = [(bound, amount) for bound, written in said if (amount := read_quantity(written)) is not None]
        for (lower, least), (upper, most) in pairwise(read):
            if least > most:
                yield Breach(f"{lower} {name} is above {upper} {name}", (*at, lower, name), manifest)


def _above_default(container: Container, given: amounts.Defaults) -> Iterator[Breach]:
    """Yield each request above the limit that the container gets because it says none."""
    for name, written in body.mapping(container.body, "resources", "requests").items():
        asked, limit = read_quantity(written), given["limits"].get(name)
        most = read_quantity(limit)
        own = body.field(container.body, "resources", "limits", name)
        if own is None and asked is not None and most is not None and asked > most:
            message = (
                f"request of {name} {body.shown(written)} is above {body.shown(limit)}, the limit it gets by default"
            )
            yield Breach(message, (*container.pointer, "resources", "requests", name), container.manifest)


def _outside(container: Container, limits: Manifest, at: Pointer, given: amounts.Defaults) -> Iterator[Breach]:
    for bound, kind in (("min", "requests"), ("max", "limits")):
        for name, written in body.mapping(limits.body, *at, bound).items():
            edge, said = read_quantity(written), amounts.said(container, kind, name, given)
            amount = read_quantity(said)
            if edge is None or amount is None or (edge <= amount if bound == "min" else amount <= edge):
                continue
            where = f"{'below the least' if bound == 'min' else 'above the most'}, {body.shown(written)}"
            message = f"{kind[:-1]} of {name} {body.shown(said)} of container {show(container.name)} is {where}"
            yield Breach(message, (*container.pointer, "resources", kind, name), container.manifest)


RULE = ManifestRule(CODE, find)

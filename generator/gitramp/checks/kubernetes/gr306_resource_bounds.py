"""GR306: a container asks for no more than it may use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.pods import Pod, pods
from gitramp.checks.quantity import read_quantity
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR306",
    "a request above its limit, or an amount that cannot be read",
    "The API server refuses a pod that asks for more than it may use, and an amount that it cannot read.",
    "lower the request or raise the limit",
    source="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
)
_UNREADABLE = 'write an amount such as "250m", "1" or "128Mi"'


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each amount that is no quantity, and each request above its limit, of containers and whole pods."""
    for pod in pods(manifests):
        for at, amounts in _amounts(pod):
            yield from _unreadable(pod, at, amounts)
            yield from _above(pod, at, amounts)


def _amounts(pod: Pod) -> Iterator[tuple[Pointer, Any]]:
    yield (*pod.pointer, "resources"), body.field(pod.spec, "resources")
    for container in pod.containers():
        yield (*container.pointer, "resources"), body.field(container.body, "resources")


def _unreadable(pod: Pod, at: Pointer, amounts: Any) -> Iterator[Breach]:
    for kind in ("requests", "limits"):
        for name, written in body.mapping(amounts, kind).items():
            amount = read_quantity(written)
            if amount is None or amount < 0:
                fault = "is no quantity" if amount is None else "is below 0"
                message = f"{kind} {show(name)} {body.shown(written)} {fault}"
                yield Breach(message, (*at, kind, name), pod.manifest, _UNREADABLE)


def _above(pod: Pod, at: Pointer, amounts: Any) -> Iterator[Breach]:
    limits = body.mapping(amounts, "limits")
    for name, written in body.mapping(amounts, "requests").items():
        asked, allowed = read_quantity(written), read_quantity(limits.get(name))
        if asked is not None and allowed is not None and asked > allowed:
            message = f"requests {show(name)} {body.shown(written)} is above its limit {body.shown(limits[name])}"
            yield Breach(message, (*at, "requests", name), pod.manifest)


RULE = ManifestRule(CODE, find)

"""GR354: a port of the nodes belongs to one Service."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Elsewhere, Manifest, ManifestSet

CODE = Code(
    "GR354",
    "a port of the nodes that two Services take",
    "All nodes listen on it for one Service; the API server refuses the second.",
    "choose another nodePort, or leave it out and one is chosen",
    source="https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each nodePort that another Service has already."""
    taken: dict[tuple[int, str], tuple[Manifest, Pointer]] = {}
    for service in manifests.of_kind("Service"):
        for at, port in body.items(service.body, "spec", "ports"):
            number, where = body.number(port, "nodePort"), (*at, "nodePort")
            if not number:
                continue
            protocol = body.text(port, "protocol") or "TCP"
            other, there = taken.setdefault((number, protocol), (service, where))
            if other is not service:
                related = (Elsewhere(f"{other.id} takes it", there, other),)
                yield Breach(f"nodePort {number} is {other.id}'s already", where, service, related=related)


RULE = ManifestRule(CODE, find)

"""GR452: a pod has one PeerAuthentication."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.attached import rivals
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR452",
    "two PeerAuthentications for the same pods",
    "The older one holds and the other is passed over without a word; nothing in Git says which is older.",
    "write one PeerAuthentication without selector a namespace, and selectors that exclude each other",
    source="https://istio.io/latest/docs/concepts/security/#peer-authentication",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each PeerAuthentication that holds for the same as an earlier one."""
    for policy, other, what in rivals(manifests, "PeerAuthentication"):
        related = (Elsewhere("the other one", ("spec",), other),)
        yield Breach(f"{other.id} is for {what} too", ("spec",), policy, related=related)


RULE = ManifestRule(CODE, find)

"""GR163: nothing is rendered of a kind that the policy forbids."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import patterns
from gitramp.checks.demands import demand
from gitramp.checks.rule import Breach, PolicyRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR163",
    "an object of a kind that the policy forbids",
    "Some kinds reach beyond their service: they change a whole proxy, a namespace or the rights in a cluster.",
    "leave the object out, or ask those who own the policy",
)


def find(environment: Environment, manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each object whose kind fits one of the forbidden patterns."""
    forbidden = environment.policy.forbidden_kinds
    if not forbidden:
        return
    for manifest in manifests:
        kind, group = manifest.id.gvk.kind, manifest.id.gvk.group
        name = f"{kind}.{group}" if group else kind
        for pattern, why in forbidden.items():
            if patterns.fits(pattern, name):
                message = f"{show(name)} is a kind that the policy forbids: {show(why)}"
                yield Breach(message, ("kind",), manifest, related=demand("forbiddenKinds", pattern))
                break


RULE = PolicyRule(CODE, find)

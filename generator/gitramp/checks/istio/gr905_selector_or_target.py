"""GR905: a policy is for workloads or for targets."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR905",
    "a policy with a selector and targets",
    "A policy is for the workloads that a selector chooses, or for the objects that targetRefs name; an empty one of "
    "them counts too.",
    "keep one of them",
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield the second of selector, targetRef and targetRefs in one object."""
    selector = mesh_objects.selector_at(manifest)[-1]
    ways = (selector, "targetRef", "targetRefs")
    said = [way for way in ways if body.field(manifest.body, "spec", way) is not None]
    if len(said) > 1:
        yield Breach(f"the object says {' and '.join(map(str, said))}", ("spec", said[1]), manifest)


RULE = ObjectRule(CODE, mesh_objects.TARGETED | {mesh_objects.ENVOY_FILTER}, find)

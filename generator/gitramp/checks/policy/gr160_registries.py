"""GR160: images come from the registries that the policy allows."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import patterns
from gitramp.checks import image
from gitramp.checks.demands import demand, listed
from gitramp.checks.image_uses import image_uses
from gitramp.checks.rule import Breach, PolicyRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR160",
    "an image from a registry that the policy does not allow",
    "Whoever can push to that registry decides what runs here, and nobody here has looked at it.",
    "copy the image to a registry that is allowed, or add its registry to `policy.registries` where that is said",
    source="https://kubernetes.io/docs/concepts/containers/images/#image-names",
)


def find(environment: Environment, manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each image that lies beneath none of the allowed registries and paths."""
    allowed = environment.policy.registries
    if not allowed:
        return
    remedy = f"use an image of {listed(allowed)}, or add its registry to `policy.registries` where that is said"
    for use in image_uses(manifests):
        full = image.in_full(image.read_image(use.reference).repository)
        if not any(patterns.beneath(one, full) for one in allowed):
            message = f"image {show(use.reference)} is from none of the registries that the policy allows"
            yield Breach(message, use.pointer, use.manifest, remedy, demand("registries"))


RULE = PolicyRule(CODE, find)

"""GR161: images are pinned by their digest where the policy demands it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.demands import demand
from gitramp.checks.image_uses import image_uses
from gitramp.checks.rule import Breach, PolicyRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR161",
    "an image without the digest that the policy demands",
    "A tag can be moved: what was tested is then not what runs, and no commit says so.",
    "write repository:tag@sha256:... with the digest that the registry shows for the tag",
    source="https://kubernetes.io/docs/concepts/containers/images/#image-names",
)


def find(environment: Environment, manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each image that is named by its tag alone."""
    if environment.policy.digest != "required":
        return
    for use in image_uses(manifests):
        if not use.is_pinned:
            message = f"image {show(use.reference)} has no digest"
            yield Breach(message, use.pointer, use.manifest, related=demand("digest"))


RULE = PolicyRule(CODE, find)

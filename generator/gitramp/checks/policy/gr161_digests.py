"""GR161: images are pinned by their digest where the policy demands it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import image
from gitramp.checks.demands import demand
from gitramp.checks.pods import containers
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
    for container in containers(manifests):
        reference = body.text(container.body, "image")
        if reference and not image.read_image(reference).digest:
            at = (*container.pointer, "image")
            message = f"image {show(reference)} has no digest"
            yield Breach(message, at, container.manifest, related=demand("digest"))


RULE = PolicyRule(CODE, find)

"""GR315: an image is a well-formed reference."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import image
from gitramp.checks.pods import containers
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR315",
    "an image reference that is not well-formed",
    "The kubelet cannot pull it: the pod stays in InvalidImageName.",
    "write registry/repository:tag or registry/repository@sha256:digest, the repository in lower case",
    source="https://kubernetes.io/docs/concepts/containers/images/#image-names",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each image that no container runtime can read."""
    for container in containers(manifests):
        reference = body.field(container.body, "image")
        if reference is None and isinstance(container.body, dict):
            message = f"container {show(container.name)} has no image"
            yield Breach(message, container.pointer, container.manifest)
        elif isinstance(reference, str) and (fault := image.fault(reference)):
            yield Breach(f"image {show(reference)} {fault}", (*container.pointer, "image"), container.manifest)


RULE = ManifestRule(CODE, find)

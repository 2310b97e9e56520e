"""GR307: an image is named by a tag that stays, or by its digest."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import image
from gitramp.checks.authors import is_foreign
from gitramp.checks.pods import containers
from gitramp.checks.proxies import is_injected
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR307",
    "an image that can change under its name",
    "Two pods of one track could run different programs, and no commit would say since when.",
    "name the release as a tag, such as :1.4.2, or pin the image by its digest",
    source="https://kubernetes.io/docs/concepts/containers/images/#image-names",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each image without a digest whose tag is `latest`, said or not; of other people's GR395 tells."""
    for container in containers(manifests):
        foreign = is_foreign(container.manifest) or is_injected(container)
        reference = "" if foreign else body.text(container.body, "image")
        if fault := image.mutable(reference):
            yield Breach(f"image {show(reference)} {fault}", (*container.pointer, "image"), container.manifest)


RULE = ManifestRule(CODE, find)

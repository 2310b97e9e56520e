"""GR395: other people's images, too, are the same tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import image
from gitramp.checks.authors import is_foreign
from gitramp.checks.pods import KINDS, pod_of
from gitramp.checks.proxies import is_injected
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR395",
    "an image that can change under its name, in a tree",
    "Two pods of one workload could run different programs, and no commit would say since when.",
    "name the release as a tag, or pin the image by its digest",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/containers/images/#image-names",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each image without a digest whose tag is `latest`, said or not; of gitramp's own GR307 tells."""
    for container in pod_of(manifest).containers() if is_foreign(manifest) else ():
        reference = "" if is_injected(container) else body.text(container.body, "image")
        if fault := image.mutable(reference):
            yield Breach(f"image {show(reference)} {fault}", (*container.pointer, "image"), manifest)


RULE = ObjectRule(CODE, KINDS, find)

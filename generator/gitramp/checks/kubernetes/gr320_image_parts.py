"""GR320: an image is a reference, or its parts."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.tracks import containers
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR320",
    "an image that is no image",
    "Without a name there is nothing to pull; a whole reference beside its parts leaves open which of them counts.",
    'write "repository:tag" as text, or `repository` with `tag` or `digest`',
    source="https://kubernetes.io/docs/concepts/containers/images/#image-names",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each image with a reference and parts of one, or with neither."""
    for container in containers(environment):
        image = container.image
        parts = image.repository is not None or image.tag is not None or image.digest is not None
        if image.reference is not None and parts:
            yield Breach("the image says a reference and parts of one", image.at("reference"))
        elif image.reference is None and image.repository is None:
            yield Breach("the image has no repository", image.pointer)


RULE = EnvironmentRule(CODE, find)

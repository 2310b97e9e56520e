"""GR377: the annotations of an object are not larger than the API server takes."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.pods import KINDS, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR377",
    "annotations that are too large",
    "The API server takes 256 KiB of them on one object, keys and values together.",
    "keep large texts in a ConfigMap, and name it in the annotation",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
)
_MOST = 256 * 1024


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield the annotations, of an object or its pods, that are more than 256 KiB."""
    places: list[Pointer] = [("metadata", "annotations")]
    if f"{manifest.id.gvk.group}/{manifest.id.gvk.kind}" in KINDS and (at := pod_of(manifest).at):
        places.append((*at, "metadata", "annotations"))
    for place in places:
        said = body.mapping(manifest.body, *place)
        texts = [text for pair in said.items() for text in pair if isinstance(text, str)]
        # Counting characters first is quick, and no text has fewer bytes than characters.
        if sum(map(len, texts)) * 4 > _MOST:
            size = sum(len(text.encode("utf-8", "replace")) for text in texts)
            if size > _MOST:
                yield Breach(f"the annotations have {size:,} bytes, {_MOST:,} at most", place, manifest)


RULE = ObjectRule(CODE, frozenset(), find)

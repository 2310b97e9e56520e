"""GR319: a ConfigMap or Secret is not larger than the API server takes."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet

CODE = Code(
    "GR319",
    "a ConfigMap or Secret that is too large",
    "The API server takes at most 1 MiB of files in one.",
    "bring large files along in the image or a volume",
    source="https://kubernetes.io/docs/concepts/configuration/configmap/#motivation",
)
_MOST = 2**20
_PARTS = {"ConfigMap": ("data", "binaryData"), "Secret": ("stringData", "data")}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each one whose files are more than 1 MiB; what is in base64 counts as what it stands for."""
    for kind, (plain, encoded) in _PARTS.items():
        for manifest in manifests.of_kind(kind):
            size = sum(len(text.encode("utf-8", "replace")) for text in _texts(manifest, plain))
            size += sum(len(text.rstrip("=")) * 3 // 4 for text in _texts(manifest, encoded))
            if size > _MOST and not manifest.id.gvk.group:
                yield Breach(f"the files have {size:,} bytes, {_MOST:,} at most", ("data",), manifest)


def _texts(manifest: Manifest, part: str) -> Iterator[str]:
    return (text for text in body.mapping(manifest.body, part).values() if isinstance(text, str))


RULE = ManifestRule(CODE, find)

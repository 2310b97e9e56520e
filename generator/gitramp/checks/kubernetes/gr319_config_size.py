"""GR319: a ConfigMap is not larger than the API server takes."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR319",
    "a ConfigMap that is too large",
    "The API server takes at most 1 MiB of files in one.",
    "bring large files along in the image or a volume",
    source="https://kubernetes.io/docs/concepts/configuration/configmap/#motivation",
)
_MOST = 2**20


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each ConfigMap whose files are more than 1 MiB; what is in base64 counts as what it stands for."""
    for manifest in manifests.of_kind("ConfigMap"):
        texts = [text for text in body.mapping(manifest.body, "data").values() if isinstance(text, str)]
        encoded = [text for text in body.mapping(manifest.body, "binaryData").values() if isinstance(text, str)]
        size = sum(len(text.encode("utf-8", "replace")) for text in texts)
        size += sum(len(text.rstrip("=")) * 3 // 4 for text in encoded)
        if size > _MOST:
            yield Breach(f"the files have {size:,} bytes, {_MOST:,} at most", ("data",), manifest)


RULE = ManifestRule(CODE, find)

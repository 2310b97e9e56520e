"""GR122: no Secret with its values is rendered."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR122",
    "a Secret with its values",
    "Base64 hides nothing: everybody who reads the repository reads it, and Git forgets nothing.",
    "say `externalSecrets`, or keep the Secret out of the repository; revoke what was written here",
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    unseen=True,
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield the values of each Secret, without showing them."""
    for manifest in manifests.of_kind("Secret"):
        if manifest.id.gvk.group:
            continue
        parts = [part for part in ("data", "stringData") if body.mapping(manifest.body, part)]
        if parts:
            yield Breach(f"{manifest.id} holds values", (parts[0],), manifest)


RULE = ManifestRule(CODE, find)

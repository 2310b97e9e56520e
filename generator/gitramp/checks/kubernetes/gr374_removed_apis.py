"""GR374: an object is of a version that clusters still serve."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import removed_apis
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR374",
    "a version of an API that is gone",
    "No cluster of Kubernetes 1.35 or newer, and no current Istio or Gateway API, takes such an object.",
    "use the version that replaces it",
    source="https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield the version of each object that is not served any more."""
    gvk = manifest.id.gvk
    if instead := removed_apis.instead_of(gvk):
        message = f"{gvk.api_version} {gvk.kind} is gone"
        yield Breach(message, ("apiVersion",), manifest, f"use {instead}")


RULE = ObjectRule(CODE, frozenset(), find)

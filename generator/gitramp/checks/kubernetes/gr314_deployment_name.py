"""GR314: a Deployment's name leaves room for what its pods' names add."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR314",
    "a Deployment whose name is too long for its pods",
    "A pod's name adds up to 17 characters and is cut at 63: it loses the hash that tells one rollout from the next.",
    "shorten the name to 46 characters",
    severity=Severity.WARNING,
    source="https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/storage/names/generate.go",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each Deployment with a name of more than 46 characters."""
    for manifest in manifests.of_kind("Deployment"):
        name = body.text(manifest.body, "metadata", "name")
        if len(name) > 46:
            message = f"name {show(name)} is {len(name)} characters long, its pods leave room for 46"
            yield Breach(message, ("metadata", "name"), manifest)


RULE = ManifestRule(CODE, find)

"""GR369: the namespaces that objects are in are there with the others."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.authors import is_foreign
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR369",
    "a namespace that is not there with the others",
    "The first apply to an empty cluster fails where nobody has made the namespace.",
    "add a Namespace, or leave it to whoever makes it",
    severity=Severity.INFO,
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
)
_OF_CLUSTER = ("kube-", "istio-")
_ALWAYS = {"", "default"}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield the first object of each namespace that is not there, where some Namespace is there."""
    told = {namespace.id.name for namespace in manifests.of_kind("Namespace")}
    if not told:
        return
    for manifest in manifests:
        name = manifest.id.namespace
        if name in told or name in _ALWAYS or name.startswith(_OF_CLUSTER) or not is_foreign(manifest):
            continue
        told.add(name)
        at = ("metadata", "namespace")
        yield Breach(f"namespace {show(name)} is not among the Namespaces that are there", at, manifest)


RULE = ManifestRule(CODE, find)

"""GR368: an object of the whole cluster is in no namespace."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body, scopes
from gitramp.checks.authors import is_foreign
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR368",
    "a namespace of an object that has none",
    "The API server drops it; a controller that counts objects by namespace sees one that is never there.",
    "remove metadata.namespace",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#not-all-objects-are-in-a-namespace",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield the namespace of each object of the whole cluster; of an overlay's own ones GR121 tells."""
    said = body.text(manifest.body, "metadata", "namespace")
    kind = manifest.id.gvk
    if said and is_foreign(manifest) and scopes.is_of_cluster(kind.group, kind.kind):
        yield Breach(f"a {kind.kind} is in no namespace, not in {show(said)}", ("metadata", "namespace"), manifest)


RULE = ObjectRule(CODE, frozenset(), find)

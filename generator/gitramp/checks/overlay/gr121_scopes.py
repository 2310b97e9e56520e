"""GR121: an object has a namespace when its kind lives in one, and none when it does not."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body, scopes
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR121",
    "an object in the wrong scope",
    "Without a namespace the controller that applies the object would choose one; and an object of the whole cluster "
    "in a namespace is refused, or counted twice.",
    "say metadata.namespace, or remove it from an object of the whole cluster",
    source="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each object of the user's own whose namespace does not fit its kind."""
    for said in environment.manifests.values():
        for position, document in enumerate(said.documents):
            if body.text(document, "kind") == "List":
                continue  # GR120 tells of it
            kind, namespace = body.text(document, "kind"), body.field(document, "metadata", "namespace")
            at = said.at("documents", position, "metadata")
            known = scopes.is_of_cluster(body.text(document, "apiVersion").rpartition("/")[0], kind)
            of_cluster = said.scope == "Cluster" if known is None else known
            if of_cluster and namespace:
                yield Breach(f"a {show(kind)} is in no namespace", (*at, "namespace"))
            elif not of_cluster and not namespace and kind:
                remedy = "say metadata.namespace, or `scope: Cluster` beside the file's name" if known is None else ""
                yield Breach(f"the {show(kind)} has no namespace", at, remedy=remedy)


RULE = EnvironmentRule(CODE, find)

"""GR120: what the user's own files hold are objects of Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR120",
    "a document that is no object",
    "An object is known by apiVersion, kind, name and namespace; nothing else can be rendered, owned or pruned.",
    "write apiVersion, kind and metadata.name; one document an object",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each document of the user's own that lacks what every object has."""
    for said in environment.manifests.values():
        for position, document in enumerate(said.documents):
            yield from _faults(document, said.at("documents", position))


def _faults(document: Any, at: Pointer) -> Iterator[Breach]:
    if not isinstance(document, dict):
        yield Breach("the document is no mapping", at)
        return
    for path in (("apiVersion",), ("kind",), ("metadata", "name")):
        if not body.text(document, *path):
            yield Breach(f"the object has no {'.'.join(path)}", (*at, *path))
    if document.get("kind") == "List" or (body.field(document, "items") is not None and "metadata" not in document):
        yield Breach("a List is no object of its own", at, remedy="write each of its items as a document")
    namespace = body.field(document, "metadata", "namespace")
    if namespace is not None and not isinstance(namespace, str):
        yield Breach(f"the namespace {body.shown(namespace)} is no text", (*at, "metadata", "namespace"))
    if any(not isinstance(key, str) for key in document):
        yield Breach(f"key {show(str(next(iter(document))))} is no text", at)


RULE = EnvironmentRule(CODE, find)

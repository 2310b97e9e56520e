"""GR120: what the user's own files hold are objects of Kubernetes."""

from __future__ import annotations

import math
import re
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


_FORMS = {
    ("apiVersion",): re.compile(r"([a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?/)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"),
    ("kind",): re.compile(r"[A-Z][A-Za-z0-9]{0,62}"),
    ("metadata", "name"): re.compile(r".{1,253}", re.DOTALL),  # what else it may hold is GR302's to tell
}


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each document of the user's own that lacks what every object has."""
    for said in environment.manifests.values():
        for position, document in enumerate(said.documents):
            yield from faults(document, said.at("documents", position))


def faults(document: Any, at: Pointer) -> Iterator[Breach]:
    """Yield what keeps a document from being an object; `at` leads to it."""
    if not isinstance(document, dict):
        yield Breach("the document is no mapping", at)
        return
    for path, form in _FORMS.items():
        said, value = body.text(document, *path), body.field(document, *path)
        if value is not None and not isinstance(value, str):
            yield Breach(f"{'.'.join(path)} {body.shown(value)} is no text", (*at, *path), remedy="quote it")
        elif not said:
            yield Breach(f"the object has no {'.'.join(path)}", (*at, *path))
        elif not form.fullmatch(said):
            yield Breach(f"{show(said)} is no {'.'.join(path)}", (*at, *path))
    yield from _endless(document, at)
    if document.get("kind") == "List" or (body.field(document, "items") is not None and "metadata" not in document):
        yield Breach("a List is no object of its own", at, remedy="write each of its items as a document")
    namespace = body.field(document, "metadata", "namespace")
    if namespace is not None and not isinstance(namespace, str):
        yield Breach(f"the namespace {body.shown(namespace)} is no text", (*at, "metadata", "namespace"))
    if any(not isinstance(key, str) for key in document):
        yield Breach(f"key {show(str(next(iter(document))))} is no text", at)


def _endless(value: Any, at: Pointer) -> Iterator[Breach]:
    """Yield each number that JSON does not have."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from _endless(child, (*at, step))
    if isinstance(value, float) and not math.isfinite(value):
        yield Breach("no object holds such a number", at, remedy="write a number, or text in quotes")


RULE = EnvironmentRule(CODE, find)

"""Sets of objects, put before the API server in an order in which a cluster would take them.

Owns what must really be there before the rest is asked, that it is removed again, and the verdict on each object. Must
not know where the objects are from, nor what verdict is expected.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.client import Answer, Body, Client, identity
from conformance.pods import pods_of

REAL = ("CustomResourceDefinition", "PriorityClass", "RuntimeClass", "StorageClass", "LimitRange", "ResourceQuota")
"""Kinds that decide what the server says of others; all others are asked with dryRun."""

SEEN = 0.1  # seconds in which admission, which reads from a cache, has certainly seen a change


@dataclass(frozen=True, slots=True)
class Document:
    """One object; the text is there when its spelling is asked, too."""

    body: Body
    text: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the server said of one object, or of a pod of it."""

    subject: str
    refusal: str  # empty when it is accepted
    warnings: tuple[str, ...] = ()
    known: bool = True  # whether the server has the kind

    @property
    def refused(self) -> bool:
        """Whether the server does not take it."""
        return bool(self.refusal)


def named(body: Body) -> str:
    """Name an object for people."""
    metadata = body.get("metadata") or {}
    name = metadata.get("name") or metadata.get("generateName")
    return (
        f"{body.get('kind')} {metadata['namespace']}/{name}" if metadata.get("namespace") else f"{body['kind']} {name}"
    )


def ask(client: Client, documents: Iterable[Document]) -> list[Verdict]:
    """Say of each object, and of a pod of each template, whether the server takes it."""
    listed = list(documents)
    spaces = [each for each in listed if each.body["kind"] == "Namespace"]
    settings = [each for each in listed if each.body["kind"] in REAL]
    others = [each for each in listed if each not in spaces and each not in settings]
    verdicts = [_judged(client, each, dry=False) for each in spaces]
    _ensure_namespaces(client, listed)
    settings.sort(key=lambda each: REAL.index(each.body["kind"]))
    try:
        verdicts += [verdict for each in settings for verdict in _put(client, each)]
        time.sleep(SEEN)
        verdicts += [verdict for each in others for verdict in _with_pods(client, each)]
    finally:
        for each in reversed(settings):
            if identity(each.body) in client.kinds:
                client.delete(each.body)
    return verdicts


def _judged(client: Client, document: Document, *, dry: bool) -> Verdict:
    if identity(document.body) not in client.kinds:
        return Verdict(named(document.body), "", known=False)
    return _verdict(named(document.body), client.apply(document.body, document.text, dry=dry))


def _verdict(subject: str, answer: Answer) -> Verdict:
    return Verdict(subject, answer.message, answer.warnings)


def _ensure_namespaces(client: Client, documents: Iterable[Document]) -> None:
    """Make the namespaces that are only referred to; one that cannot be made was refused, or makes its objects so."""
    made = {each.body["metadata"].get("name") for each in documents if each.body["kind"] == "Namespace"}
    for name in {each.body["metadata"].get("namespace") for each in documents} - made - {None, ""}:
        client.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, dry=False)


def _put(client: Client, document: Document) -> Iterator[Verdict]:
    yield _judged(client, document, dry=False)
    body = document.body
    if body["kind"] == "ResourceQuota":  # without a controller that counts, admission knows no limits
        hard: Mapping[str, Any] = (body.get("spec") or {}).get("hard") or {}
        client.set_status(body, {"hard": hard, "used": dict.fromkeys(hard, "0")})
    if body["kind"] == "CustomResourceDefinition":
        establish(client, [body])


def establish(client: Client, definitions: Iterable[Body]) -> None:
    """Wait until the server serves what is defined."""
    until = time.monotonic() + 30
    for definition in definitions:
        while time.monotonic() < until:
            conditions = (client.get(definition).body.get("status") or {}).get("conditions") or []
            if any(each["type"] == "Established" and each["status"] == "True" for each in conditions):
                break
            time.sleep(0.05)
    client.discover()


def _with_pods(client: Client, document: Document) -> Iterator[Verdict]:
    yield _judged(client, document, dry=True)
    for pod in pods_of(document.body):
        yield _verdict(f"a pod of {named(document.body)}", client.create(pod, dry=True))

"""Sets of objects, put before the API server in an order in which a cluster would take them.

Owns what must really be there before the rest is asked, that it is removed again, and the verdict on each object. Must
not know where the objects are from, nor what verdict is expected.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance import replicas, surroundings
from conformance.client import Client, identity
from conformance.verdict import Body, Document, Verdict, named

REAL = ("CustomResourceDefinition", "PriorityClass", "RuntimeClass", "StorageClass", "LimitRange", "ResourceQuota")
"""Kinds that decide what the server says of others; all others are asked with dryRun."""

PATIENCE = 30.0  # seconds until a definition is served; a tenth of one is usual


def ask(client: Client, documents: Iterable[Document]) -> list[Verdict]:
    """Say of each object, and of the pods of each template, whether the server takes it."""
    listed = list(documents)
    spaces = [each for each in listed if each.body["kind"] == "Namespace"]
    settings = [each for each in listed if each.body["kind"] in REAL]
    others = [each for each in listed if each not in spaces and each not in settings]
    settings.sort(key=lambda each: REAL.index(each.body["kind"]))
    verdicts = [_judged(client, each, dry=False) for each in spaces]
    made = surroundings.make(client, listed)
    try:
        for each in settings:
            verdicts.append(_put(client, each))
            if verdicts[-1].known and not verdicts[-1].refused:
                made.append(each.body)
        client.settle()
        counted = any(each.body["kind"] == "ResourceQuota" for each in settings)
        for each in others:
            verdicts.append(_judged(client, each, dry=True))
            verdicts += _of_pods(client, each.body, made, counted=counted)
    finally:
        replicas.remove(client, made)
        if any(each.body["kind"] == "CustomResourceDefinition" for each in settings):
            client.discover()  # another set must not know these kinds
    return verdicts


def _of_pods(client: Client, workload: Body, made: list[Body], *, counted: bool) -> Iterator[Verdict]:
    return replicas.ask_for_all(client, workload, made) if counted else replicas.ask_for_one(client, workload)


def _judged(client: Client, document: Document, *, dry: bool) -> Verdict:
    subject = named(document.body)
    if identity(document.body) not in client.kinds:
        return Verdict(subject, "", known=False)
    answer = client.apply(document.body, document.text, dry=dry)
    return Verdict(subject, answer.message, answer.warnings, causes=answer.causes)


def _put(client: Client, document: Document) -> Verdict:
    verdict, body = _judged(client, document, dry=False), document.body
    if body["kind"] == "ResourceQuota":  # without a controller that counts, admission knows no limits
        hard: Mapping[str, Any] = (body.get("spec") or {}).get("hard") or {}
        client.set_status(body, {"hard": hard, "used": dict.fromkeys(hard, "0")})
    if body["kind"] == "CustomResourceDefinition" and not verdict.refused:
        establish(client, [body])
    return verdict


def establish(client: Client, definitions: Iterable[Body]) -> None:
    """Wait until the server tells of the kinds that are defined, which it does a little after it takes them."""
    wanted = {kind for definition in definitions for kind in _served(definition)}
    until = time.monotonic() + PATIENCE
    client.discover()
    while not wanted <= client.kinds.keys() and time.monotonic() < until:
        time.sleep(0.1)
        client.discover()


def _served(definition: Body) -> Iterator[tuple[str, str]]:
    spec = definition["spec"]
    for version in spec["versions"]:
        if version["served"]:
            yield f"{spec['group']}/{version['name']}", spec["names"]["kind"]

"""A cluster with Istio, as far as it judges objects: the API server, then istiod's webhook.

Owns that both are there, and that their verdicts are one list. Must not know where objects are from, nor what is
expected of the verdicts.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conformance import asking, cluster, definitions, istiod
from conformance.client import Client
from conformance.verdict import Document, Verdict


@dataclass(frozen=True, slots=True)
class Judges:
    """Both of them, and how many definitions the server was given."""

    client: Client
    webhook: istiod.Webhook
    definitions: int

    def judge(self, documents: Iterable[Document]) -> list[Verdict]:
        """Return what they say of a set of objects."""
        listed = list(documents)
        verdicts = asking.ask(self.client, listed)
        asked = (self.webhook.ask(document) for document in listed)
        return verdicts + [verdict for verdict in asked if verdict]


@contextlib.contextmanager
def running() -> Iterator[Judges]:
    """Start them, and stop them."""
    with cluster.running() as access, Client(access) as client, istiod.running() as webhook:
        yield Judges(client, webhook, definitions.install(client))

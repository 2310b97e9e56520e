"""The kinds of Istio, Gateway API, Argo CD, Flux and External Secrets, as definitions in an API server.

Owns that they are there and served. Must not know their content.
"""

from __future__ import annotations

import functools
from typing import Any

from conformance import upstream
from conformance.asking import establish
from conformance.client import Client


@functools.cache
def _definitions() -> tuple[dict[str, Any], ...]:
    return tuple(upstream.definitions())


def install(client: Client) -> int:
    """Apply every definition; return how many there are."""
    for definition in _definitions():
        answer = client.apply(definition, dry=False)
        if not answer.accepted:
            raise RuntimeError(f"{definition['metadata']['name']}: {answer.message}")
    establish(client, _definitions())
    return len(_definitions())

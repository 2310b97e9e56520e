"""The Services that host names of the mesh stand for, and the tracks that they are the addresses of.

Owns the spellings of such a name, and which host names cover it. Must not know routes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.resource import Manifest, ManifestSet


def service_of(manifests: ManifestSet, host: str, namespace: str = "") -> Manifest | None:
    """Return the Service that a name means, `name`, `name.namespace`, `...svc` or in full; None for any other host."""
    name, _, rest = host.partition(".")
    space, _, domain = rest.partition(".")
    if domain and domain != "svc" and not domain.startswith("svc."):
        return None
    return _services(manifests).get((space or namespace, name))


@functools.lru_cache(maxsize=32)
def _services(manifests: ManifestSet) -> Mapping[tuple[str, str], Manifest]:
    """Return the Services by namespace and name: a thousand tests ask a thousand times."""
    return {(m.id.namespace, m.id.name): m for m in reversed(list(manifests.of_kind("Service")))}


def track_of(service: Manifest) -> str:
    """Return the track that a Service is the address of."""
    return body.text(service.body, "metadata", "labels", "version")


def covers(pattern: str, host: str) -> bool:
    """Whether a host name, with a wildcard or without, is for a host."""
    pattern = pattern.lower()
    return pattern in {"*", host} or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def covered(pattern: str) -> str:
    """Return a host that a pattern of a host covers; a host is itself."""
    return f"any{pattern[1:]}" if pattern.startswith("*.") else "any.example" if pattern == "*" else pattern


def covering(host: str) -> Iterator[str]:
    """Yield every host name that covers a host, in lower case, the nearest first: itself, wildcards, `*`."""
    yield host
    labels = host.split(".")
    yield from (".".join(("*", *labels[position:])) for position in range(1, len(labels)))
    yield "*"

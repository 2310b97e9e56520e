"""The Services that host names of the mesh stand for, and the tracks that they are the addresses of.

Owns the spellings of such a name. Must not know routes.
"""

from __future__ import annotations

from gitramp import body
from gitramp.resource import Manifest, ManifestSet


def service_of(manifests: ManifestSet, host: str, namespace: str = "") -> Manifest | None:
    """Return the Service that a name means, `name`, `name.namespace`, `...svc` or in full; None for any other host."""
    name, _, rest = host.partition(".")
    space, _, domain = rest.partition(".")
    if domain and domain != "svc" and not domain.startswith("svc."):
        return None
    wanted = (space or namespace, name)
    return next((m for m in manifests.of_kind("Service") if (m.id.namespace, m.id.name) == wanted), None)


def track_of(service: Manifest) -> str:
    """Return the track that a Service is the address of."""
    return body.text(service.body, "metadata", "labels", "version")


def covers(pattern: str, host: str) -> bool:
    """Whether a host name, with a wildcard or without, is for a host."""
    pattern = pattern.lower()
    return pattern in {"*", host} or (pattern.startswith("*.") and host.endswith(pattern[1:]))

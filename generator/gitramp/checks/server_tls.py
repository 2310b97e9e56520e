"""How Gateways and Sidecars end TLS.

Owns where they say it, and the modes. Must not know any rule.
https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.fields import EACH, mappings
from gitramp.pointer import Pointer
from gitramp.resource import Manifest

PASSED_ON = frozenset({"PASSTHROUGH", "AUTO_PASSTHROUGH"})
"""The modes in which a server does not end TLS."""


def settings(manifest: Manifest) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield the TLS of each server of a Gateway and of each listener of a Sidecar."""
    for listeners in ("servers", "ingress"):
        yield from mappings(manifest.body, "spec", listeners, EACH, "tls")


def mode(tls: Any) -> str:
    """Return the mode, which is to pass TLS on where nothing is said."""
    return body.text(tls, "mode") or "PASSTHROUGH"

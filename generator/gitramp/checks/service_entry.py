"""What ServiceEntries say: how their hosts are resolved, and on which ports.

Owns the defaults. Must not know any rule. https://istio.io/latest/docs/reference/config/networking/service-entry/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.pointer import Pointer
from gitramp.resource import Manifest

BY_DNS = frozenset({"DNS", "DNS_ROUND_ROBIN"})


def resolution(manifest: Manifest) -> str:
    """Return how the mesh finds the endpoints."""
    return body.text(manifest.body, "spec", "resolution") or "NONE"


def hosts(manifest: Manifest) -> list[tuple[Pointer, str]]:
    """Return its hosts."""
    return list(texts(manifest.body, "spec", "hosts", EACH))


def ports(manifest: Manifest) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield its ports."""
    return mappings(manifest.body, "spec", "ports", EACH)


def endpoints(manifest: Manifest) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield the workloads that it lists itself."""
    return mappings(manifest.body, "spec", "endpoints", EACH)

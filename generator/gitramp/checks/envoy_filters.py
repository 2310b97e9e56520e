"""The patches of EnvoyFilters: what they apply to, which objects they match, what they do.

Owns where an EnvoyFilter keeps them. Must not know any rule.
https://istio.io/latest/docs/reference/config/networking/envoy-filter/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gitramp import body
from gitramp.checks.fields import EACH, mappings
from gitramp.pointer import Pointer
from gitramp.resource import Manifest

MATCHED = {
    **dict.fromkeys(("LISTENER", "FILTER_CHAIN", "NETWORK_FILTER", "HTTP_FILTER"), "listener"),
    **dict.fromkeys(("ROUTE_CONFIGURATION", "VIRTUAL_HOST", "HTTP_ROUTE"), "routeConfiguration"),
    "CLUSTER": "cluster",
}
"""What a patch applies to, and the match by which it is chosen."""
_MATCHES = ("listener", "routeConfiguration", "cluster", "waypoint")


@dataclass(frozen=True, slots=True)
class Patch:
    """One of `configPatches`; `at` leads to it."""

    at: Pointer
    body: dict[str, Any]

    @property
    def apply_to(self) -> str:
        """What it applies to, "" where nothing is said."""
        return body.text(self.body, "applyTo").replace("INVALID", "")

    @property
    def operation(self) -> str:
        """What it does, "" where nothing is said."""
        return body.text(self.body, "patch", "operation").replace("INVALID", "")

    @property
    def matches(self) -> str:
        """The kind of object that it matches, "" for any."""
        return next((kind for kind in _MATCHES if isinstance(body.field(self.body, "match", kind), dict)), "")

    @property
    def is_of_waypoints(self) -> bool:
        """Whether it is for waypoints, which istiod does not judge."""
        return body.text(self.body, "match", "context") == "WAYPOINT"

    @property
    def proxy_version(self) -> str:
        """The expression for the versions of proxies that it is for."""
        return body.text(self.body, "match", "proxy", "proxyVersion")

    @property
    def filter(self) -> Any:
        """The network filter that it matches, None for any."""
        found = body.field(self.body, "match", "listener", "filterChain", "filter")
        return found if isinstance(found, dict) and self.matches == MATCHED.get(self.apply_to) else None


def patches(manifest: Manifest) -> Iterator[Patch]:
    """Yield the patches of an EnvoyFilter."""
    return (Patch(at, patch) for at, patch in mappings(manifest.body, "spec", "configPatches", EACH))

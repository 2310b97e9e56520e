"""GR283: a route's hosts are hosts of its listeners."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.gateway_api import Listener, attached, parents, routes
from gitramp.checks.routes import texts
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR283",
    "a host that no listener of the route takes",
    "A listener with a hostname takes requests for that host only: those for the route's are answered 404.",
    "give the listener the hostname, or a wildcard around it",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each hostname that fits no listener, where the set has all the Gateways of the route."""
    for route in routes(manifests):
        found = [attached(manifests, parent, section) for parent, section in parents(route)]
        if found and all(found):
            listeners = [listener for each in found if each is not None for listener in each]
            yield from _unserved(route, listeners)


def _unserved(route: Manifest, listeners: list[Listener]) -> Iterator[Breach]:
    for at, host in texts(route, "spec", "hostnames"):
        if not any(_meet(listener.hostname, host.lower()) for listener in listeners):
            served = ", ".join(sorted({show(listener.hostname) for listener in listeners}))
            yield Breach(f"host {show(host)} is none of the listeners', which take {served}", at, route)


def _meet(one: str, other: str) -> bool:
    """Whether a host fits both; each may start with a wildcard for one label or more."""
    if not one or one == other:
        return True
    wide, narrow = (one, other) if len(one.removeprefix("*")) <= len(other.removeprefix("*")) else (other, one)
    return wide.startswith("*.") and narrow.removeprefix("*").endswith(wide[1:]) and narrow != wide[2:]


RULE = ManifestRule(CODE, find)

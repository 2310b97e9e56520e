"""GR290: of the HTTPRoutes for a host at one parent, one takes a request."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.gateway_api import action, asked, parents, rules
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Elsewhere, Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR290",
    "two HTTPRoutes that take the same requests",
    "Of two rules that ask for the same, that of the older object takes every request, and nothing in Git says which "
    "object is older.",
    "write the rules in one HTTPRoute, or let them ask for different things",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
)
_Way = tuple[str, ...]


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each rule that an earlier HTTPRoute of the same parent and host has, with another effect."""
    known: dict[_Way, tuple[Manifest, Pointer, str]] = {}
    for route in manifests.of_kind("HTTPRoute"):
        told: set[Pointer] = set()
        for at, rule in rules(route):
            for way in _ways(route):
                for match in asked(rule):
                    first, where, done = known.setdefault((*way, match), (route, at, action(rule)))
                    if first is not route and at not in told and done != action(rule):
                        told.add(at)
                        related = (Elsewhere("taken here too", where, first),)
                        message = f"{first.id} takes the same requests at {show(way[0])}"
                        yield Breach(message, at, route, related=related)


def _ways(route: Manifest) -> Iterator[_Way]:
    hosts = [host for _, host in body.items(route.body, "spec", "hostnames") if isinstance(host, str)]
    for parent, section in parents(route):
        name = f"{parent.kind} {parent.namespace}/{parent.name}"
        yield from ((name, section, str(parent.port), host.lower()) for host in hosts or [""])


RULE = ManifestRule(CODE, find)

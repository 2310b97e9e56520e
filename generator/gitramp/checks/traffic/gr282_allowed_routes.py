"""GR282: a listener takes the routes that are attached to it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.gateway_api import attached, lets_in, parents, routes
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR282",
    "a route that its Gateway does not take",
    "A listener takes routes of its own namespace only, unless allowedRoutes says more: requests for this one are "
    "answered 404.",
    "let allowedRoutes.namespaces of the listener choose the route's namespace",
    source="https://gateway-api.sigs.k8s.io/guides/multiple-ns/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each parent none of whose listeners takes routes of this kind and namespace."""
    for route in routes(manifests):
        for parent, section in parents(route):
            found = attached(manifests, parent, section)
            if found and not any(lets_in(manifests, listener, route) for listener in found):
                related = (Elsewhere("the listener", (*found[0].at, "allowedRoutes"), found[0].manifest),)
                name = f"{parent.namespace}/{parent.name}"
                message = f"Gateway {show(name)} takes no {route.id.gvk.kind} of {route.id.namespace}"
                yield Breach(message, parent.at, route, related=related)


RULE = ManifestRule(CODE, find)

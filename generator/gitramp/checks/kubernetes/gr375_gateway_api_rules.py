"""GR375: Gateway API's objects keep to the rules that their definitions hold beside the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gitramp.checks import api_gateways, api_routes
from gitramp.checks.forms import Fault, breaches
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR375",
    "a Gateway or route that its definition refuses",
    "The definitions of Gateway API hold rules in CEL, which the API server applies and schemas do not: listeners that "
    "collide, filters that exclude each other, a Service without a port.",
    "mend what the message names; a listener has a name of its own, and a filter the one field of its type",
    source="https://gateway-api.sigs.k8s.io/reference/spec/",
)
_GROUP = "gateway.networking.k8s.io"
_FAULTS: Mapping[str, Callable[[Any], Iterator[Fault]]] = {
    "Gateway": api_gateways.faults,
    "HTTPRoute": api_routes.faults,
    "GRPCRoute": api_routes.faults,
}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what breaks the rules of a Gateway, an HTTPRoute or a GRPCRoute."""
    return breaches(manifest, _FAULTS[manifest.id.gvk.kind](manifest.body))


RULE = ObjectRule(CODE, frozenset(f"{_GROUP}/{kind}" for kind in _FAULTS), find)

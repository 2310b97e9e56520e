"""GR916: the weights of a route give somebody a share."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import mesh_objects, routes
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR916",
    "weights that istiod refuses",
    "Weights are proportions: one below 0 is none, and several that are all 0, or not said, leave nobody to answer.",
    "say each weight, so that they add up to 100",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",
)

_LARGEST = 2**31 - 1


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each weight below 0, and each route of several destinations of which none has a weight."""
    for at, route in routes.routes(manifest):
        weights = routes.weights(route)
        for position, weight in enumerate(weights):
            if not 0 <= weight <= _LARGEST:
                yield Breach(f"weight {weight} is not from 0 to {_LARGEST}", (*at, position, "weight"), manifest)
        if len(weights) > 1 and sum(weights) == 0:
            yield Breach(f"the {len(weights)} destinations have the weight 0 together", at, manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

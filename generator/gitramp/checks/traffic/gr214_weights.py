"""GR214: the weights of a route add up to 100."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import routes
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR214",
    "weights that do not add up to 100",
    "The mesh takes weights as proportions, so 10 beside 80 is not 10 %: what people read is not what happens.",
    "let the weights of the route add up to 100",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each route of two destinations or more whose weights have another sum than 100."""
    for virtual_service in routes.virtual_services(manifests):
        for at, route in routes.routes(virtual_service):
            weights = routes.weights(route)
            refused = sum(weights) == 0 or min(weights, default=0) < 0  # GR916
            if len(weights) > 1 and sum(weights) != 100 and not refused:
                shares = " + ".join(str(weight) for weight in weights)
                yield Breach(f"the weights {shares} are {sum(weights)}, not 100", at, virtual_service)


RULE = ManifestRule(CODE, find)

"""GR269: a destination without weight gets nothing."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR269",
    "a destination of weight 0 among others",
    "The mesh leaves it out: it gets no request, not even a retry, and what its DestinationRule says has no effect.",
    "leave it out, or give it a weight",
    Severity.INFO,
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination of weight 0, said or not, beside one that gets requests."""
    for virtual_service in routes.virtual_services(manifests):
        for at, route in routes.routes(virtual_service):
            weights = [body.number(destination, "weight") or 0 for destination in route]
            for position, weight in enumerate(weights):
                if weight == 0 and any(weights):
                    message = f"{body.shown(body.field(route[position], 'destination', 'host'))} gets no request"
                    yield Breach(message, (*at, position), virtual_service)


RULE = ManifestRule(CODE, find)

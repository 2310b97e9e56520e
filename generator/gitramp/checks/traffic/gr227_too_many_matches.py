"""GR227: a service's routes stay small enough for every proxy to hold."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Service
from gitramp.problem import Code

CODE = Code(
    "GR227",
    "more matches than a VirtualService can hold",
    "Each of the canary's matches is tried within each match of a route: their number multiplies, every proxy gets all "
    "of them, and an object of more than 1.5 MiB is refused.",
    "test for a prefix or an expression instead of listing values",
    source="https://etcd.io/docs/latest/dev-guide/limit/",
)
_MOST = 1000


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each service whose routes would have more than a thousand alternatives."""
    for service in environment.services.values():
        number = _alternatives(service)
        if number > _MOST:
            message = f"the routes of {service.name} would have {number:,} matches, {_MOST:,} at most"
            yield Breach(message, service.at("routes" if service.routes else "canary"))


def _alternatives(service: Service) -> int:
    exposed = sum(len(exposure.matches) for exposure in service.exposures)
    return sum((len(route.match) or 1) * (exposed + 1) for route in service.ordered_routes)


RULE = EnvironmentRule(CODE, find)

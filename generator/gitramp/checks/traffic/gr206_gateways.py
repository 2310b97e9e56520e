"""GR206: a service with hosts has a gateway that offers them."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import did_you_mean

CODE = Code(
    "GR206",
    "a gateway that is not there",
    "A host that no gateway offers answers 404 to everybody outside the mesh.",
    "declare the gateway under `gateways`, or name one that is declared",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each unknown gateway, and each service whose hosts no gateway offers."""
    for service in environment.services.values():
        for position, name in enumerate(service.gateways or ()):
            if name not in environment.gateways:
                known = f"declared gateways: {', '.join(environment.gateways) or 'none'}"
                remedy = did_you_mean(name, environment.gateways, known)
                message = f"gateway {name} is not declared in {environment.name}"
                yield Breach(message, service.at("gateways", position), remedy=remedy)
        nowhere = not environment.gateways if service.gateways is None else not service.gateways
        if service.hosts and nowhere:
            yield Breach(f"no gateway offers {service.hosts[0]}", service.at("hosts"))


RULE = EnvironmentRule(CODE, find)

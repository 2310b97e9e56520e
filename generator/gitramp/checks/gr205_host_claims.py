"""GR205: a host belongs to one service at each gateway."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR205",
    "a host claimed twice at one gateway",
    "The gateway would merge the routes by the age of the objects, so the cluster's history would choose the winner.",
    "give each service hosts of its own",
    source="https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each host that an earlier service, by name, claims at the same gateway; letter case does not count."""
    claims: dict[tuple[str, str], str] = {}
    for service in environment.services.values():
        for position, host in enumerate(service.hosts):
            for gateway in environment.gateways_of(service):
                owner = claims.setdefault((gateway.name, host.lower()), service.name)
                if owner != service.name:
                    message = f"host {show(host)} is claimed by {owner} too, at gateway {gateway.name}"
                    yield Breach(message, service.at("hosts", position))


RULE = EnvironmentRule(CODE, find)

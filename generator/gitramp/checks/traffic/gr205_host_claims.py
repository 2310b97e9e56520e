"""GR205: a host belongs to one service of the environment."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR205",
    "a host claimed by two services",
    "Routes of one host are merged, at a gateway and in the mesh alike, by the age of the objects, so the cluster's "
    "history would choose the winner.",
    "give each service hosts of its own",
    source="https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each host that an earlier service, by name, claims; letter case does not count."""
    claims: dict[str, str] = {}
    for service in environment.services.values():
        for position, host in enumerate(service.hosts):
            owner = claims.setdefault(host.lower(), service.name)
            if owner != service.name:
                yield Breach(f"host {show(host)} is claimed by {owner} too", service.at("hosts", position))


RULE = EnvironmentRule(CODE, find)

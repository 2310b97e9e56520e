"""GR254: a wildcard host takes no name that something else has."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR254",
    "a wildcard host that takes what is called outside the mesh",
    "A service's routes hold for callers in the mesh too: calls to the outside host would end at the service.",
    "list the service's hosts one by one, or choose a wildcard beneath",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each wildcard that covers a host in `external`."""
    outside = [(name, host) for name, e in environment.external.items() for host in e.hosts]
    for service in environment.services.values():
        for position, pattern in enumerate(service.hosts):
            if not pattern.startswith("*."):
                continue
            for name, host in outside:
                if host.lower().endswith(pattern[1:].lower()):
                    message = f"host {show(pattern)} takes {show(host)}, which is {name}'s under external"
                    yield Breach(message, service.at("hosts", position))


RULE = EnvironmentRule(CODE, find)

"""GR407: what a service calls is a service or an external of the environment, and only one of the two."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import did_you_mean

CODE = Code(
    "GR407",
    "a call of nobody",
    "A name that is neither a service nor an external adds nothing to the sidecar's scope, so the calls that were "
    "meant would fail; one that is both would mean two things.",
    "name one of `services` or `external`",
    source="https://istio.io/latest/docs/reference/config/networking/sidecar/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each call of an unknown name, and each external that has the name of a service."""
    known = {*environment.services, *environment.external}
    for service in environment.services.values():
        for position, name in enumerate(service.calls or ()):
            if name not in known:
                message = f"{service.name} calls {name}, which is no service or external of {environment.name}"
                yield Breach(message, service.at("calls", position), remedy=did_you_mean(name, sorted(known)))
    for external in environment.external.values():
        if external.name in environment.services:
            yield Breach(f"external {external.name} has the name of a service", external.pointer, remedy="rename it")


RULE = EnvironmentRule(CODE, find)

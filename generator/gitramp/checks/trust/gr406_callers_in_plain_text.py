"""GR406: a port whose callers are told apart takes no plain text."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR406",
    "callers of a port that takes plain text",
    "Plain text proves no identity, so a port that is an exception from mutual TLS is open to everybody; `callers` "
    "beside it would promise what nobody keeps.",
    "leave the exception out, or the callers",
    source="https://istio.io/latest/docs/concepts/security/#mutual-tls-authentication",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each exception for the very port that the service's callers use."""
    for service in environment.services.values():
        ports = {str(port.port) for track in service.tracks.values() for port in track.every_port}
        for exception in service.port_level_mtls.values():
            if service.callers is not None and exception.name in ports:
                message = f"port {exception.name} takes plain text from everybody, and has callers"
                yield Breach(message, exception.pointer)


RULE = EnvironmentRule(CODE, find)

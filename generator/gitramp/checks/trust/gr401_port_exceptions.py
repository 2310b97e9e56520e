"""GR401: an exception from mutual TLS is about a port of the pods."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.workload_ports import port_fault
from gitramp.model import Environment, PortException, Service
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR401",
    "an exception from mutual TLS for a port that the pods do not have",
    "The mesh applies the exception to the port on which the pods listen. One for the Service's port has no effect, "
    "and its callers in plain text stay refused.",
    "name the port on which the container listens",
    source="https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication",
)
_NUMBER = re.compile("[1-9][0-9]{0,8}")


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each exception whose key is no port number, or the Service's port instead of the pods'."""
    for service in environment.services.values():
        for exception in service.port_level_mtls.values():
            if fault := _fault(service, exception):
                yield Breach(fault, exception.pointer)


def _fault(service: Service, exception: PortException) -> str:
    if not _NUMBER.fullmatch(exception.name):
        return f"{show(exception.name)} is no port number from 1 to 65535"
    return port_fault(service, int(exception.name))


RULE = EnvironmentRule(CODE, find)

"""GR404: what a caller may do is said so that some request fits it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.request_paths import path_fault
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.workload_ports import port_fault
from gitramp.model import Caller, Environment, Service
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR404",
    "a path or port of a caller that no request has",
    "The mesh compares the bare path of a request and the port of the pods. What it cannot compare never fits, and the "
    "caller is refused.",
    "write a path such as /items, /items/* or /items/{*}/price, and the port on which the pods listen",
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each path and port of a caller that nothing fits."""
    for service in environment.services.values():
        for caller in (service.callers or {}).values():
            yield from _of_caller(service, caller)


def _of_caller(service: Service, caller: Caller) -> Iterator[Breach]:
    for position, path in enumerate(caller.paths):
        if fault := path_fault(path):
            yield Breach(f"path {show(path)} {fault}", caller.at("paths", position))
    for position, port in enumerate(caller.ports):
        if fault := port_fault(service, port):
            yield Breach(fault, caller.at("ports", position))


RULE = EnvironmentRule(CODE, find)

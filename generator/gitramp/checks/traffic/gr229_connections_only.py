"""GR229: what is about single requests is said of a port whose requests the mesh reads."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Service
from gitramp.pointer import Pointer
from gitramp.problem import Code

CODE = Code(
    "GR229",
    "a rule about requests on a port that has connections only",
    "On a port of `tcp` or `tls` the mesh sees bytes: no host, path, header or token. Nothing would fit the rule, and "
    "what it protects would be open, or closed, to everybody.",
    "leave it out, or say `protocol: http`, `http2` or `grpc` if that is what the port speaks",
    source="https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each key of a service without HTTP that only requests can fit."""
    for service in environment.services.values():
        speaks = {track.protocol for track in service.tracks.values() if not track.main_port.is_http}
        for key, pointer in _said(service) if speaks else ():
            yield Breach(f"{key} is about requests, and {service.name} speaks {' and '.join(sorted(speaks))}", pointer)


def _said(service: Service) -> Iterator[tuple[str, Pointer]]:
    keys = {"hosts": service.hosts, "routes": service.routes, "jwt": service.jwt}
    yield from ((key, service.at(key)) for key, value in keys.items() if value)
    canary = service.canary
    if canary is not None:
        own = {"match": canary.match, "sticky": canary.sticky, "mirror": canary.mirror}
        yield from ((f"canary.{key}", canary.at(key)) for key, value in own.items() if value)
    for caller in (service.callers or {}).values():
        narrowed = {"methods": caller.methods, "paths": caller.paths}
        yield from ((f"{key} of a caller", caller.at(key)) for key, value in narrowed.items() if value)


RULE = EnvironmentRule(CODE, find)

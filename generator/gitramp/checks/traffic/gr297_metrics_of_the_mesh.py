"""GR297: a ready-made query asks for metrics that the mesh writes."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.analyses import queries
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Service
from gitramp.problem import Code, Severity

CODE = Code(
    "GR297",
    "a ready-made query without the metrics that it asks for",
    "Istio's proxies count requests of HTTP and gRPC. Where there is no proxy, or none that sees requests, the answer "
    "is always empty, so the canary never passes.",
    "write a `query` on metrics of the service's own; with `mesh: none`, allow this where the gateway is Istio's",
    severity=Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/metrics/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each ready-made query of a service whose requests no proxy counts."""
    for service, query in queries(environment):
        why = _why(environment, service)
        if why and query.ready_made:
            yield Breach(f"nobody counts requests for query {query.name} of {service.name}: {why}", query.pointer)


def _why(environment: Environment, service: Service) -> str:
    if environment.platform.mesh == "none":
        return "`mesh: none`"
    if service.stable not in service.tracks:
        return ""  # GR203 tells of it
    track = service.stable_track
    return "" if any(port.is_http for port in track.every_port) else "none of its ports speaks HTTP"


RULE = EnvironmentRule(CODE, find)

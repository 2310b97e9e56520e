"""GR301: the names an overlay gives are names that Kubernetes takes."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import names
from gitramp.checks.matches import matches
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Service
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR301",
    "a name that Kubernetes refuses",
    "Names become host names and parts of them, so the API server takes only what DNS takes.",
    "use at most 63 lower-case letters, digits and dashes; start with a letter, end with a letter or digit",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
)

_Name = tuple[str, str, names.Fault, Pointer]
"""What is named, its name, the rule for it, and its place."""


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each name in the overlay that breaks the rule for what it names."""
    for what, name, fault_of, pointer in _names(environment):
        if fault := fault_of(name):
            yield Breach(f"{what} {show(name)} {fault}", pointer)


def _names(environment: Environment) -> Iterator[_Name]:
    platform, said = environment.platform, environment.namespaces
    yield "cluster domain", platform.cluster_domain, names.subdomain, platform.at("clusterDomain")
    yield "namespace", said.apex, names.label, said.at("apex")
    for gateway in environment.gateways.values():
        yield "gateway", gateway.name, names.label, gateway.pointer
        if gateway.namespace:
            yield "namespace", gateway.namespace, names.label, gateway.at("namespace")
    for service in environment.services.values():
        yield "service", service.name, names.service_label, service.pointer
        if service.namespace:
            yield "namespace", service.namespace, names.label, service.at("namespace")
        yield from _track_names(service)
        yield from (("route", route.name, names.label, route.pointer) for route in service.routes.values())
        yield from (("job", job.name, names.label, job.pointer) for job in service.jobs.values())
        analysis = service.canary.analysis if service.canary else None
        queries = analysis.queries.values() if analysis else ()
        yield from (("query", query.name, names.label, query.pointer) for query in queries)  # a commit tells them
    for _, match in matches(environment):
        if match.source_namespace is not None:
            yield "namespace", match.source_namespace, names.label, match.at("sourceNamespace")
        for name, value in match.source_labels.items():
            yield "label", name, names.label_key, match.at("sourceLabels", name)
            yield "label value", value, names.label_value, match.at("sourceLabels", name)


def _track_names(service: Service) -> Iterator[_Name]:
    for track in service.tracks.values():
        yield "track", track.name, names.label, track.pointer
        yield from (("port", port.name, names.port_name, port.pointer) for port in track.ports.values())
        if track.namespace:
            yield "namespace", track.namespace, names.label, track.at("namespace")


RULE = EnvironmentRule(CODE, find)

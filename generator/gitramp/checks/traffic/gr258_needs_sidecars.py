"""GR258: what an overlay asks of the mesh is there in the mesh that it has."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Service
from gitramp.pointer import Pointer
from gitramp.problem import Code

CODE = Code(
    "GR258",
    "what this mesh does not do",
    "Without sidecars nobody would enforce it: in ambient mode requests from gateways pass the waypoint by, and "
    "without a mesh nothing proves who calls.",
    "leave it out, or say `mesh: sidecar`",
    source="https://istio.io/latest/docs/ambient/usage/l7-features/",
)
_Fault = tuple[str, Pointer]


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each key that needs sidecars, or a mesh, where there are none."""
    mesh = environment.platform.mesh
    if mesh == "sidecar":
        return
    faults = _without_sidecars if mesh == "ambient" else _without_mesh
    for what, pointer in faults(environment):
        yield Breach(f"{what} with `mesh: {mesh}`", pointer)


def _without_sidecars(environment: Environment) -> Iterator[_Fault]:
    if environment.trust.network_policies:
        yield "networkPolicies do not know the waypoint", environment.trust.at("networkPolicies")
    for service in environment.services.values():
        if service.jwt is not None:
            yield "nobody reads tokens of requests from gateways", service.at("jwt")
        if service.calls is not None:
            yield "there is no scope of calls", service.at("calls")
        for caller in (service.callers or {}).values():
            narrowed = {"methods": caller.methods, "paths": caller.paths}
            yield from ((f"pods do not see {key}", caller.at(key)) for key, said in narrowed.items() if said)
        for port in service.port_level_mtls.values():
            if port.mode == "DISABLE":
                yield "mutual TLS is never switched off", port.at("mode")


def _without_mesh(environment: Environment) -> Iterator[_Fault]:
    trust, delivery = environment.trust, environment.delivery
    if delivery is not None and delivery.istio is not None:
        yield "nobody needs delivery.istio", environment.at("delivery", "istio")
    if trust.default_deny:
        yield "nobody enforces defaultDeny", trust.at("defaultDeny")
    if environment.external:
        yield "nobody reads external", environment.at("external")
    for service in environment.services.values():
        yield from _of_service(service, narrowed=trust.network_policies)


def _of_service(service: Service, *, narrowed: bool) -> Iterator[_Fault]:
    if service.jwt is not None:
        yield "nobody reads tokens", service.at("jwt")
    if service.port_level_mtls:
        yield "there is no mutual TLS", service.at("portLevelMtls")
    said = [key for key, value in (("callers", service.callers), ("calls", service.calls)) if value is not None]
    if not narrowed:
        yield from ((f"only networkPolicies enforce {key}", service.at(key)) for key in said)
    for track in service.tracks.values():
        if track.traffic_policy is not None:
            yield "nobody reads trafficPolicy", track.at("trafficPolicy")
    canary = service.canary
    if canary is not None and not service.hosts and (canary.weight or canary.match):
        yield "only requests from outside are split, and there are no hosts: the canary gets nothing", canary.pointer


RULE = EnvironmentRule(CODE, find)

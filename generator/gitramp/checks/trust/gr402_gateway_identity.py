"""GR402: where callers are told apart, the ingress gateway is known by its service account."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, is_guarded
from gitramp.problem import Code

CODE = Code(
    "GR402",
    "an ingress gateway that would be refused",
    "A service that admits only known callers answers 403 to everybody outside the mesh, unless the ingress gateway's "
    "pods are known by their service account. Its name depends on how the gateway was installed, so none is assumed.",
    "say serviceAccount: <namespace>/<name> of the ingress gateway's pods at the gateway",
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each gateway of unknown identity, once, with a service that needs it."""
    if environment.platform.mesh == "none":
        return
    needed = {
        gateway.name: (gateway, service.name)
        for service in environment.services.values()
        if is_guarded(environment, service)
        for gateway in environment.gateways_of(service)
        if not gateway.service_account
    }
    for gateway, service in needed.values():
        message = f"gateway {gateway.name} has no serviceAccount, so {service} would refuse what comes through it"
        yield Breach(message, gateway.pointer)


RULE = EnvironmentRule(CODE, find)

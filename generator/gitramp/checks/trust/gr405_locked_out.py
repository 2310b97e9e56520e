"""GR405: what serves the whole mesh does not run in a namespace that denies by default."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.pointer import Pointer
from gitramp.problem import Code

CODE = Code(
    "GR405",
    "an ingress gateway or another part of the mesh in a namespace that denies by default",
    "A policy that allows nothing holds for all pods of its namespace. In that of the ingress gateway it would refuse "
    "every request from outside; istiod, name server and collectors would be cut off alike.",
    "run it in a namespace of its own, or name the one in which it runs",
    source="https://istio.io/latest/docs/concepts/security/#authorization-policies",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each part of the mesh whose pods run where everything is denied."""
    if not (environment.trust.default_deny or environment.trust.network_policies):
        return
    denied = environment.rendered_namespaces()
    for what, namespace, pointer in _parts(environment):
        if namespace in denied:
            yield Breach(f"the pods of {what} run in {namespace}, which denies by default", pointer)


def _parts(environment: Environment) -> Iterator[tuple[str, str, Pointer]]:
    trust = environment.trust
    for gateway in environment.gateways.values():
        namespace = gateway.service_account.partition("/")[0]
        yield f"gateway {gateway.name}", namespace, gateway.at("serviceAccount")
    yield "istiod", trust.control_plane, trust.at("controlPlane")
    yield "the name server", trust.dns, trust.at("dns")
    yield "monitoring", trust.monitoring, trust.at("monitoring")


RULE = EnvironmentRule(CODE, find)

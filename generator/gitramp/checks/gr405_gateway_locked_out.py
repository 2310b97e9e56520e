"""GR405: the ingress gateway's own pods are not in a namespace that denies by default."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR405",
    "an ingress gateway in a namespace that denies by default",
    "The policy that allows nothing holds for every proxy of its namespace, that of the ingress gateway included: it "
    "would answer 403 to every request from outside.",
    "run the ingress gateway in a namespace of its own",
    source="https://istio.io/latest/docs/concepts/security/#authorization-policies",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each gateway whose pods run where everything is denied."""
    if not environment.trust.default_deny:
        return
    denied = environment.rendered_namespaces()
    for gateway in environment.gateways.values():
        namespace = gateway.service_account.partition("/")[0]
        if namespace in denied:
            message = f"the pods of gateway {gateway.name} run in {namespace}, which denies by default"
            yield Breach(message, gateway.at("serviceAccount"))


RULE = EnvironmentRule(CODE, find)

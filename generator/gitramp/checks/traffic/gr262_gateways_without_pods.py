"""GR262: a Gateway is run by the gateway's pods."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.ingress import all_gateway_pods, gateway_pods, gateways
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR262",
    "a Gateway that no gateway pod runs",
    "The selector is compared with the labels of pods in all namespaces. Where none has them, nobody opens the port; "
    "how the gateway was installed decides what its pods are called.",
    "select the labels of the gateway's pods, such as istio: ingressgateway",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each Gateway whose selector chooses no pod, where the set brings pods of gateways."""
    known = all_gateway_pods(manifests)
    for name, pods in gateway_pods(manifests).items() if known else ():
        wanted = body.mapping(gateways(manifests)[name].body, "spec", "selector")
        if wanted and not pods:
            labels = ", ".join(f"{label}={body.shown(value)}" for label, value in wanted.items())
            message = f"no pod has {labels}; {known[0].manifest.id} is a gateway"
            yield Breach(message, ("spec", "selector"), gateways(manifests)[name])


RULE = ManifestRule(CODE, find)

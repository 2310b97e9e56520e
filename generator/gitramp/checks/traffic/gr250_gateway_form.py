"""GR250: a gateway is gitramp's own, with a selector, or somebody else's, with a ref."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Gateway
from gitramp.problem import Code

CODE = Code(
    "GR250",
    "a gateway that is neither one's own nor somebody else's",
    "A Gateway without a selector chooses no pods; and what is said of one that exists already would change nothing.",
    "say `selector` for a Gateway that gitramp renders, or `ref` for one that exists, and then neither namespace, port "
    "nor tls",
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each gateway without selector and ref, and each key that a ref leaves without effect."""
    for gateway in environment.gateways.values():
        by_class = environment.platform.ingress == "gateway-api"
        if not gateway.ref and not gateway.selector and not by_class:
            yield Breach(f"gateway {gateway.name} has neither selector nor ref", gateway.pointer)
        if gateway.ref:
            for key in _useless(gateway):
                message = f"gateway {gateway.name} is {gateway.ref}, whose {key} its owner says"
                yield Breach(message, gateway.at(key), remedy=f"leave {key} out, or ref")


def _useless(gateway: Gateway) -> Iterator[str]:
    said = {"namespace": bool(gateway.namespace), "port": gateway.port != 80, "tls": gateway.tls is not None}
    said |= {"labels": bool(gateway.labels), "annotations": bool(gateway.annotations)}
    yield from (key for key, present in said.items() if present)


RULE = EnvironmentRule(CODE, find)

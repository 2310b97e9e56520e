"""GR285: some backend of a rule has a weight."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.gateway_api import routes, rules
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR285",
    "a rule all of whose backends weigh 0",
    "Nobody is there to answer: the rule's requests are answered 500. With one backend the weight counts too.",
    "give a backend a weight above 0, or none, which is 1",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#backendref",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each rule with backends that are all of weight 0."""
    for route in routes(manifests):
        for at, rule in rules(route):
            weights = [body.field(backend, "weight") for _, backend in body.items(rule, "backendRefs")]
            if weights and all(weight == 0 and weight is not False for weight in weights):
                yield Breach("every backend of the rule has weight 0", (*at, "backendRefs"), route)


RULE = ManifestRule(CODE, find)

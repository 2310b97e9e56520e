"""GR286: a rule of an HTTPRoute asks for what no earlier one asks for."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.gateway_api import action, asked, rules
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR286",
    "a rule of an HTTPRoute that no request reaches",
    "Of two rules that ask for the same the first one takes every request; the other is dead.",
    "put both sets of backends in one rule with weights, or let them ask for different things",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each rule all of whose matches earlier rules have, and which does something else."""
    for route in manifests.of_kind("HTTPRoute"):
        earlier: dict[str, Pointer] = {}
        for at, rule in rules(route):
            own = asked(rule)
            takers = [earlier.get(match) for match in own]
            first = takers[0]
            if first is not None and None not in takers and action(rule) != action(body.field(route.body, *first)):
                related = (Elsewhere("the first one", first, route),)
                yield Breach(f"rule {at[-1]} asks for what rule {first[-1]} takes", at, route, related=related)
            for match in own:
                earlier.setdefault(match, at)


RULE = ManifestRule(CODE, find)

"""GR241: of the DestinationRules of a host, one names a subset and one says the policy."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.destination_rules import HostRule, host_rules
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR241",
    "two DestinationRules that say the same of one host",
    "The mesh joins them. Of a subset or a policy that both say the older object's holds, and nothing in Git says "
    "which that is.",
    "say it in one DestinationRule",
    source="https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each subset and policy that an earlier rule of the same host and namespace says already."""
    for rules in host_rules(manifests).values():
        before: list[HostRule] = []
        for rule in rules:
            for other in before:
                if other.namespace == rule.namespace and _meet(other, rule):
                    yield from _twice(other, rule)
            before.append(rule)


def _meet(one: HostRule, other: HostRule) -> bool:
    """Whether some namespace has both."""
    return "*" in one.seen_by | other.seen_by or bool(one.seen_by & other.seen_by)


def _twice(one: HostRule, other: HostRule) -> Iterator[Breach]:
    for name, at in other.subsets.items():
        if name in one.subsets:
            related = (Elsewhere("the other one", one.subsets[name], one.manifest),)
            message = f"subset {show(name)} is in {one.manifest.id} too"
            yield Breach(message, (*at, "name"), other.manifest, related=related)
    at = ("spec", "trafficPolicy")
    if body.mapping(one.manifest.body, *at) and body.mapping(other.manifest.body, *at):
        related = (Elsewhere("the other one", at, one.manifest),)
        yield Breach(f"{one.manifest.id} says a trafficPolicy too", at, other.manifest, related=related)


RULE = ManifestRule(CODE, find)

"""GR239: a DestinationRule lives in the namespace of its Service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp.checks.destination_rules import HostRule, host_rules
from gitramp.checks.registry import ROOT_NAMESPACE, Key, Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR239",
    "a DestinationRule in a third namespace",
    "Only proxies of the namespace it is written in look there. For them it hides the rule in the Service's namespace; "
    "for the ingress gateway and everybody else it does not exist.",
    "write it in the Service's namespace",
    Severity.WARNING,
    source="https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each rule that is written neither where its Service is nor in the root namespace."""
    registry, rules = Registry.of(manifests), host_rules(manifests)
    for host, found in rules.items():
        if len(host) == 2 and host in registry.hosts:
            for rule in found:
                if rule.namespace not in {host[1], ROOT_NAMESPACE}:
                    yield _breach(rule, host, rules)


def _breach(rule: HostRule, host: Key, rules: Mapping[Key, tuple[HostRule, ...]]) -> Breach:
    message = f"only callers in {rule.namespace} look here for rules of {host[0]} in {host[1]}"
    hidden = next((other for other in rules[host] if other.namespace == host[1]), None)
    message += f", and for them it hides {hidden.manifest.id}" if hidden else ""
    return Breach(message, ("spec", "host"), rule.manifest)


RULE = ManifestRule(CODE, find)

"""GR365: rules of a network policy are of a direction that it decides."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR365",
    "rules of a network policy that do nothing",
    "A direction that policyTypes does not name stays as open as it was, whatever its rules say.",
    "add the direction to policyTypes, or remove the rules",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield the rules of each direction that is not among the policy's types."""
    types = [kind for _, kind in body.items(manifest.body, "spec", "policyTypes")]
    for kind in ("Ingress", "Egress") if types else ():
        if kind not in types and body.field(manifest.body, "spec", kind.lower()):
            message = f"there are rules for {kind.lower()}, and policyTypes does not name {kind}"
            yield Breach(message, ("spec", kind.lower()), manifest)


RULE = ObjectRule(CODE, frozenset({"networking.k8s.io/NetworkPolicy"}), find)

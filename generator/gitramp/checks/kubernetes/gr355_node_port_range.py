"""GR355: a port of the nodes is one that clusters set aside."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR355",
    "a node port outside of the usual range",
    "Unless the cluster was set up with another range, the API server refuses it.",
    "choose a number from 30000 to 32767, or leave nodePort out and one is chosen",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",
)
_FIRST, _LAST = 30_000, 32_767


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each nodePort of a Service outside of 30000 to 32767."""
    if body.text(manifest.body, "spec", "type") not in {"NodePort", "LoadBalancer"}:
        return  # GR353 tells of a nodePort there
    for at, port in body.items(manifest.body, "spec", "ports"):
        number = body.number(port, "nodePort")
        if number and 1 <= number <= 65535 and not _FIRST <= number <= _LAST:
            yield Breach(f"nodePort {number} is outside {_FIRST} to {_LAST}", (*at, "nodePort"), manifest)


RULE = ObjectRule(CODE, frozenset({"/Service"}), find)

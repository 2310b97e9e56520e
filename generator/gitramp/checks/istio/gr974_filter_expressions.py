"""GR974: the filter of an access log is an expression in CEL."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import cel, mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR974",
    "a filter of access logs that istiod refuses",
    "The filter is an expression in CEL over attributes of the request and the answer; one that cannot be read is "
    "refused, an empty one too.",
    "write an expression such as response.code >= 400, or leave the filter out",
    source="https://istio.io/latest/docs/tasks/observability/logs/telemetry-api/#configure-sidecar-access-logging",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each expression that is none."""
    for at, said in mappings(manifest.body, "spec", "accessLogging", EACH, "filter"):
        expression = body.text(said, "expression")
        if fault := cel.fault(expression) if expression else "is empty":
            yield Breach(f"the expression {show(expression)} {fault}", (*at, "expression"), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.TELEMETRY}), find)

"""GR969: an operation of an AuthorizationPolicy asks for something that a request can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitramp.checks import authorization, mesh_objects
from gitramp.checks.authorization import Fault
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR969",
    "an operation that istiod refuses",
    "An operation says something about the request. Ports are numbers, and a path may have {*} for one part and {**} "
    "for the rest.",
    "say what the request is, in the form of the field",
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation",
)
_FIELDS: Mapping[str, Fault] = {
    "ports": authorization.port,
    "methods": authorization.text,
    "paths": authorization.path,
    "hosts": authorization.text,
}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each operation that asks for nothing or for a value that cannot be."""
    for at, rule in authorization.rules(manifest):
        for below, each in mappings(rule, "to", EACH):
            for message, deeper in _faults(each.get("operation")):
                yield Breach(message, (*at, *below, *deeper), manifest)


def _faults(operation: Any) -> Iterator[tuple[str, Pointer]]:
    said = dict(authorization.listed(operation, *_FIELDS))
    if not said:
        nothing = "the operation asks for nothing", ("operation",)
        yield nothing if operation is not None else ("there is no operation", ())
    for field, values in said.items():
        fault_of = _FIELDS[field.removeprefix("not").lower()]
        for value in values:
            if fault := fault_of(value):
                yield f"{field} lists {show(value)}, which {fault}", ("operation", field)


RULE = ObjectRule(CODE, frozenset({mesh_objects.AUTHORIZATION_POLICY}), find)

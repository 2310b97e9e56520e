"""GR970: a condition of an AuthorizationPolicy compares an attribute with values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import authorization, mesh_objects
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR970",
    "a condition that istiod refuses",
    "A condition names an attribute that the proxies know, such as request.headers[x-user], and the values that it has "
    "or has not.",
    "name one of the attributes of the documentation, and a value",
    source="https://istio.io/latest/docs/reference/config/security/conditions/",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each condition with an unknown key, without values, or with a value that cannot be."""
    for at, rule in authorization.rules(manifest):
        for below, condition in mappings(rule, "when", EACH):
            for message, deeper in _faults(condition):
                yield Breach(message, (*at, *below, *deeper), manifest)


def _faults(condition: Any) -> Iterator[tuple[str, Pointer]]:
    key = body.text(condition, "key")
    values = [(at, value) for field in ("values", "notValues") for at, value in texts(condition, field, EACH)]
    if not key:
        yield "the condition has no key", ()
    elif fault := authorization.key(key):
        yield f"key {show(key)} {fault}", ("key",)
    elif not values:
        yield f"the condition on {show(key)} has no values", ()
    else:
        fault_of = authorization.value_of(key)
        for at, value in values:
            if fault := fault_of(value):
                yield f"{key} is compared with {show(value)}, which {fault}", at


RULE = ObjectRule(CODE, frozenset({mesh_objects.AUTHORIZATION_POLICY}), find)

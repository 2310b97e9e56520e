"""GR470: a principal has the form of an identity of the mesh."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import authorization, mesh_objects
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR470",
    "a principal that nobody can be",
    "The mesh knows a caller as TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT and puts spiffe:// before what a policy says: "
    "another form lets in nobody, or refuses nobody.",
    "write TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT, such as cluster.local/ns/shop/sa/web, or a * at one end",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each principal that no certificate of the mesh can hold."""
    for at, rule in authorization.rules(manifest):
        for below, value in _principals(rule):
            if fault := authorization.principal(value):
                yield Breach(f"principal {show(value)} {fault}", (*at, *below), manifest)


def _principals(rule: object) -> Iterator[tuple[Pointer, str]]:
    for name in ("principals", "notPrincipals"):
        yield from texts(rule, "from", EACH, "source", name, EACH)
    for at, condition in mappings(rule, "when", EACH):
        if condition.get("key") == "source.principal":
            for name in ("values", "notValues"):
                yield from (((*at, *below), value) for below, value in texts(condition, name, EACH))


RULE = ObjectRule(CODE, frozenset({mesh_objects.AUTHORIZATION_POLICY}), find)

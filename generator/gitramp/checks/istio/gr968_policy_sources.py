"""GR968: a source of an AuthorizationPolicy asks for something that a caller can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitramp import body
from gitramp.checks import authorization, mesh_objects
from gitramp.checks.authorization import Fault
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR968",
    "a source that istiod refuses",
    "A source says something about the caller. Addresses are IP addresses or blocks of them, service accounts have no "
    "wildcard and stand for principals and namespaces both, and a wildcard is at one end of a value.",
    "say what the caller is, in the form of the field",
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
)
_FIELDS: Mapping[str, Fault] = {
    "principals": authorization.text,
    "requestPrincipals": authorization.text,
    "namespaces": authorization.text,
    "serviceAccounts": authorization.account,
    "trustDomains": authorization.trust_domain,
    "ipBlocks": authorization.block,
    "remoteIpBlocks": authorization.block,
}
_ACCOUNTS = ("serviceAccounts", "notServiceAccounts")
_IN_ACCOUNTS = ("principals", "notPrincipals", "namespaces", "notNamespaces")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each source that asks for nothing, for a value that cannot be, or for an account twice."""
    for at, rule in authorization.rules(manifest):
        for below, each in mappings(rule, "from", EACH):
            for message, deeper in _faults(each.get("source")):
                yield Breach(message, (*at, *below, *deeper), manifest)


def _faults(source: Any) -> Iterator[tuple[str, Pointer]]:
    said = dict(authorization.listed(source, *_FIELDS))
    if not said:
        yield ("the source asks for nothing", ("source",)) if source is not None else ("there is no source", ())
    for field, values in said.items():
        name = field.removeprefix("not")
        fault_of = _FIELDS[name[0].lower() + name[1:]]
        for value in values:
            if fault := fault_of(value):
                yield f"{field} lists {show(value)}, which {fault}", ("source", field)
        if field in _ACCOUNTS and (fault := authorization.many_accounts(values)):
            yield f"{field} {fault}", ("source", field)
    # The definitions count empty lists, too.
    both = [name for name in _IN_ACCOUNTS if body.field(source, name) is not None]
    if both and any(body.field(source, name) is not None for name in _ACCOUNTS):
        yield f"the source asks for service accounts and {both[0]}", ("source", both[0])


RULE = ObjectRule(CODE, frozenset({mesh_objects.AUTHORIZATION_POLICY}), find)

"""GR971: a policy that refuses requests for what is in them says for which ports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import authorization, mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR971",
    "a refusal that holds for every TCP connection",
    "On a port whose requests it cannot see a proxy leaves out of a DENY rule what only a request has, such as a path: "
    "what is left refuses every connection.",
    "say the port in the operation",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy",
)
_OF_CONNECTIONS = ("principals", "ipBlocks", "namespaces", "remoteIpBlocks", "serviceAccounts")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each rule of DENY that asks for nothing that a connection has."""
    for at, rule in authorization.rules(manifest) if authorization.action(manifest) == "DENY" else ():
        if _is_of_requests(rule):
            yield Breach("the rule refuses every connection on TCP ports", at, manifest)


def _is_of_requests(rule: Any) -> bool:
    sources = [source for _, source in mappings(rule, "from", EACH, "source")]
    operations = [operation for _, operation in mappings(rule, "to", EACH, "operation")]
    if operations:
        return not any(any(body.items(o, field)) for o in operations for field in ("ports", "notPorts"))
    return bool(sources) and not any(dict(authorization.listed(source, *_OF_CONNECTIONS)) for source in sources)


RULE = ObjectRule(CODE, frozenset({mesh_objects.AUTHORIZATION_POLICY}), find)

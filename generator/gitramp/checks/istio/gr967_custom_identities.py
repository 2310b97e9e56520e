"""GR967: a policy that asks a provider does not ask who the caller is."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import authorization, mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR967",
    "an identity in a policy with the action CUSTOM",
    "The proxy asks the provider before it knows who the caller is, so rules of CUSTOM may ask for addresses and for "
    "what is in the request only.",
    "leave the identity to the provider, or to an ALLOW or DENY policy beside this one",
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-Action",
)
_IDENTITIES = ("namespaces", "serviceAccounts", "trustDomains", "principals", "requestPrincipals")
_KEYS = {"source.namespace", "source.serviceAccount", "source.trustDomain", "source.principal"}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each identity that a rule of CUSTOM asks for."""
    for at, rule in authorization.rules(manifest) if authorization.action(manifest) == "CUSTOM" else ():
        for below, source in mappings(rule, "from", EACH, "source"):
            for field, _ in authorization.listed(source, *_IDENTITIES):
                yield Breach(f"CUSTOM knows no {field}", (*at, *below, field), manifest)
        for below, condition in mappings(rule, "when", EACH):
            key = body.text(condition, "key")
            if key in _KEYS or key.startswith("request.auth."):
                yield Breach(f"CUSTOM knows no {key}", (*at, *below, "key"), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.AUTHORIZATION_POLICY}), find)

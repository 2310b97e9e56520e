"""GR972: a rule for tokens says where their keys are, in one way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from gitramp import body
from gitramp.checks import addresses, jwks, mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR972",
    "a rule for tokens that istiod refuses",
    "A proxy verifies tokens with keys: those in jwks, those at jwksUri, or those that the issuer publishes. An "
    "address is one of http or https.",
    "say issuer or jwksUri, and one of jwks and jwksUri at most",
    source="https://istio.io/latest/docs/reference/config/security/jwt/#JWTRule",
)
_URIS = ("jwksUri", "jwks_uri")
_Fault = tuple[str, str]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each rule without keys, with keys from two places, or from one that cannot be read."""
    for at, rule in mappings(manifest.body, "spec", "jwtRules", EACH):
        for message, field in _faults(rule):
            yield Breach(message, (*at, field) if field else at, manifest)


def _faults(rule: Any) -> Iterator[_Fault]:
    said = [field for field in ("jwks", *_URIS) if rule.get(field) is not None]
    if not body.text(rule, "issuer") and not any(body.text(rule, uri) for uri in _URIS):
        yield "the rule has neither issuer nor jwksUri", ""
    if len(said) > 1:
        yield f"the rule has {' and '.join(said)}", said[1]
    for field in _URIS:
        uri = body.text(rule, field)
        if uri and not _is_address(uri):
            yield f"{field} {show(uri)} is no address of http or https", field
    written = body.text(rule, "jwks")
    if written and (fault := jwks.fault(written)):
        yield f"jwks {fault}", "jwks"


def _is_address(uri: str) -> bool:
    return urlsplit(uri).scheme in {"http", "https"} if addresses.can_be_fetched(uri) else False


RULE = ObjectRule(CODE, frozenset({mesh_objects.REQUEST_AUTHENTICATION}), find)

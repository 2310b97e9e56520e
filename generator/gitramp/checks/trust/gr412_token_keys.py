"""GR412: the keys that verify tokens are public, readable, and said in one way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Jwt
from gitramp.problem import Code

CODE = Code(
    "GR412",
    "keys that cannot verify tokens, or should not be here",
    "The mesh verifies tokens with the issuer's public keys. Without readable keys it refuses every request; a private "
    "or symmetric key in an overlay lets every reader of the repository issue tokens.",
    "say jwksUri, or the public keys under jwks, or neither where the issuer offers OpenID discovery",
    source="https://istio.io/latest/docs/reference/config/security/jwt/",
    unseen=True,
)
# Of RFC 7518: the private parts of EC, RSA and symmetric keys.
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each fault of the keys of a service's tokens; no key is ever shown."""
    for service in environment.services.values():
        if service.jwt is not None:
            yield from _of_jwt(service.jwt)


def _of_jwt(jwt: Jwt) -> Iterator[Breach]:
    if jwt.jwks and jwt.jwks_uri:
        yield Breach("both jwks and jwksUri are said", jwt.at("jwks"), remedy="say one of the two")
    if jwt.jwks and (fault := _fault(jwt.jwks)):
        yield Breach(f"jwks {fault}", jwt.at("jwks"))
    if not jwt.jwks and not jwt.jwks_uri and not jwt.issuer.startswith("https://"):
        yield Breach("the issuer is no https:// address at which keys could be found", jwt.at("issuer"))


def _fault(jwks: str) -> str:
    try:
        tree: Any = json.loads(jwks)
    except (ValueError, RecursionError):
        return "is not JSON"
    keys = tree.get("keys") if isinstance(tree, dict) else None
    if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) and "kty" in key for key in keys):
        return "has no list `keys` of keys with a `kty`"
    private = any(_PRIVATE & key.keys() or key["kty"] == "oct" for key in keys)
    return "holds a private or symmetric key" if private else ""


RULE = EnvironmentRule(CODE, find)

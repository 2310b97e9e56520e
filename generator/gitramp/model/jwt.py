"""JSON Web Tokens: who issues those a service takes, which requests need none, and which need certain claims.

Owns the vocabulary of end users. Must not know services or the mesh's own identities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gitramp.model.key import Named, Placed, key
from gitramp.model.trust import HttpMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFree(Placed):
    """Requests that need no token: those of one of the paths, and those of one of the methods."""

    paths: tuple[str, ...] = key(
        "Paths that need no token: exact, with `*` at one end, or with `{*}` and `{**}` as whole segments.",
        example=["/healthz", "/public/*"],
        default=(),
        uniqueItems=True,
    )
    methods: tuple[HttpMethod, ...] = key(
        "Methods that need no token; browsers send none with `OPTIONS`.",
        example=["OPTIONS"],
        default=(),
        uniqueItems=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRule(Named):
    """Claims that the token of some requests must have."""

    paths: tuple[str, ...] = key(
        "Paths of these requests; all unless said. They are compared as the mesh normalises them.",
        example=["/admin/*"],
        default=(),
        uniqueItems=True,
    )
    methods: tuple[HttpMethod, ...] = key(
        "Methods of these requests; all unless said.", example=["POST"], default=(), uniqueItems=True
    )
    claims: Mapping[str, tuple[str, ...]] = key(
        "Claim -> values of which it must have one; every claim named must fit. `a[b]` is claim b within claim a.",
        example={"groups": ["admin"]},
        minProperties=1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Jwt(Placed):
    """Tokens that requests must bring."""

    issuer: str = key(
        "Issuer of the tokens, as their `iss` claim says it.", example="https://login.example.com", minLength=1
    )
    jwks_uri: str = key(
        "Where the issuer's public keys are; found through the issuer's OpenID discovery unless said.",
        example="https://login.example.com/keys",
        default="",
        pattern="^https://[^/]",
        x_hint="write an https:// address: over plain HTTP anybody could hand out keys",
    )
    jwks: str = key(
        "The issuer's public keys themselves, as JSON.",
        example='{"keys": [{"kty": "EC", "crv": "P-256", "kid": "1", "x": "...", "y": "..."}]}',
        default="",
    )
    audiences: tuple[str, ...] = key(
        "Audiences of which a token must have one; any unless said.", example=["search"], default=(), uniqueItems=True
    )
    from_headers: Mapping[str, str] = key(
        "Header that carries the token -> what stands before the token in it; `Authorization: Bearer` unless said.",
        example={"x-token": "Bearer "},
        default={},
    )
    from_params: tuple[str, ...] = key(
        "Query parameters that carry the token.", example=["access_token"], default=(), uniqueItems=True
    )
    from_cookies: tuple[str, ...] = key(
        "Cookies that carry the token.", example=["session"], default=(), uniqueItems=True
    )
    forward_original_token: bool = key("Hand the token on to the application.", example=True, default=False)
    without_token: TokenFree = key(
        "Requests that need no token; all others do.", example={"paths": ["/healthz"]}, default=TokenFree()
    )
    rules: Mapping[str, ClaimRule] = key(
        "Claims that some requests need besides, by name.",
        example={"admin": {"paths": ["/admin/*"], "claims": {"groups": ["admin"]}}},
        default={},
    )

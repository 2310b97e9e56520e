"""Which end user's token a request must bring: RequestAuthentication, and the policy that requires it.

A RequestAuthentication alone refuses bad tokens and lets requests without any through. The policy that closes this
denies, so that it holds besides whatever `callers` allow. Owns JSON Web Tokens. Must not know the mesh's identities.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.workload import metadata
from gitramp.model import ClaimRule, Environment, Jwt, Service, Track
from gitramp.resource import Manifest, traced


def tokens(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield what a track's pods demand of tokens: the same on every track."""
    jwt = service.jwt
    if jwt is None:
        return
    named, pods = metadata(environment, service, track), {"matchLabels": kinds.selector(environment, service, track)}
    authentication = {"metadata": named, "spec": {"selector": pods, "jwtRules": [_jwt_rule(jwt)]}}
    yield Manifest.of(kinds.REQUEST_AUTHENTICATION, authentication, jwt.pointer, service.name)
    spec = {"selector": pods, "action": "DENY", "rules": list(_denied(jwt, track))}
    policy = {"metadata": kinds.with_suffix(named, "jwt"), "spec": spec}
    yield Manifest.of(kinds.AUTHORIZATION_POLICY, policy, jwt.pointer, service.name)


def _jwt_rule(jwt: Jwt) -> dict[str, Any]:
    headers = [_header(jwt, name) for name in jwt.from_headers]
    said = {
        "jwksUri": jwt.jwks_uri,
        "jwks": jwt.jwks,
        "audiences": jwt.audiences,
        "fromParams": jwt.from_params,
        "fromCookies": jwt.from_cookies,
        "forwardOriginalToken": jwt.forward_original_token,
    }
    return {
        "issuer": traced(jwt.issuer, jwt.at("issuer")),
        **{key: traced(value, jwt.at(key)) for key, value in said.items() if value},
        **({"fromHeaders": headers} if headers else {}),
    }


def _header(jwt: Jwt, name: str) -> dict[str, Any]:
    at, prefix = jwt.at("fromHeaders", name), jwt.from_headers[name]
    return {
        "name": traced(name, at, how="its key in fromHeaders"),
        **({"prefix": traced(prefix, at)} if prefix else {}),
    }


def _denied(jwt: Jwt, track: Track) -> Iterator[dict[str, Any]]:
    # Only HTTP carries tokens: without the ports, a policy that denies would close every other port of the pods.
    spoken = (port for port in track.every_port if port.is_http)
    ports = {"ports": [traced(str(port.port), port.at("port"), how="as text") for port in spoken]}
    yield _without_token(jwt, ports)
    for claims, operation in _without_claims(jwt):
        yield {"to": [{"operation": operation | ports}], "when": [claims]}


def _without_token(jwt: Jwt, ports: dict[str, Any]) -> dict[str, Any]:
    """Deny what has no valid token of this very issuer; another one may be known to the mesh for other services."""
    principal = traced(f"{jwt.issuer}/*", jwt.at("issuer"), how="issuer/any subject")
    return {
        "from": [{"source": {"notRequestPrincipals": [principal]}}],
        "to": [{"operation": _token_free(jwt) | ports}],
    }


def _token_free(jwt: Jwt) -> dict[str, Any]:
    free = jwt.without_token
    said = {"notPaths": (free.paths, "paths"), "notMethods": (free.methods, "methods")}
    return {key: traced(values, free.at(name)) for key, (values, name) in said.items() if values}


def _without_claims(jwt: Jwt) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield, for each claim of each rule, the test that a token lacks it, and the requests it is about."""
    for rule in jwt.rules.values():
        for claim, values in sorted(rule.claims.items()):
            at = rule.at("claims", claim)
            name = traced(f"request.auth.claims{_steps(claim)}", at, how="the claim's name")
            yield {"key": name, "notValues": traced(values, at)}, _of_rule(jwt, rule)


def _of_rule(jwt: Jwt, rule: ClaimRule) -> dict[str, Any]:
    said = {"paths": rule.paths, "methods": rule.methods}
    operation = {key: traced(values, rule.at(key)) for key, values in said.items() if values}
    # What needs no token has no claims either.
    return operation | _token_free(jwt)


def _steps(claim: str) -> str:
    """Spell `a[b]` as the mesh does: `[a][b]`."""
    first, bracket, rest = claim.partition("[")
    return f"[{first}]{bracket}{rest}"

"""GR413: the rules of tokens name requests and claims that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp.checks.request_paths import path_fault
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import ClaimRule, Environment, Jwt, TokenFree
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR413",
    "a rule of tokens that never acts, or always",
    "A path that fits no request leaves what it should guard open; a claim that no token can have locks everybody out.",
    "write a path such as /admin/*, and a claim such as groups or realm_access[roles] with the values it may have",
    source="https://istio.io/latest/docs/reference/config/security/conditions/",
)
_CLAIM = re.compile(r"[^\[\]]+(\[[^\[\]]+\])*")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each path, claim and header of a service's tokens that means nothing."""
    for service in environment.services.values():
        if service.jwt is not None:
            yield from _paths(service.jwt.without_token)
            yield from _of_jwt(service.jwt)


def _of_jwt(jwt: Jwt) -> Iterator[Breach]:
    for name in jwt.from_headers:
        if not _HEADER.fullmatch(name):
            yield Breach(f"header name {show(name)} is no HTTP token", jwt.at("fromHeaders", name))
    for rule in jwt.rules.values():
        yield from _paths(rule)
        yield from _claims(rule)
    if "*" in jwt.without_token.paths:
        message = "every path needs no token"
        yield Breach(message, jwt.without_token.at("paths"), remedy="leave jwt out, or name the paths")


def _paths(said: ClaimRule | TokenFree) -> Iterator[Breach]:
    for position, path in enumerate(said.paths):
        if fault := path_fault(path):
            yield Breach(f"path {show(path)} {fault}", said.at("paths", position))


def _claims(rule: ClaimRule) -> Iterator[Breach]:
    for claim, values in rule.claims.items():
        if not _CLAIM.fullmatch(claim):
            yield Breach(f"claim {show(claim)} is not of the form claim or claim[inner]", rule.at("claims", claim))
        elif not values or not all(values):
            yield Breach(f"claim {show(claim)} names no value, or an empty one", rule.at("claims", claim))


RULE = EnvironmentRule(CODE, find)

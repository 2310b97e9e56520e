"""GR922: a redirect leads somewhere, in one way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses, mesh_objects, virtual_service
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR922",
    "a redirect that istiod refuses",
    "A redirect answers 3xx and changes the path, host, scheme or port. A path is replaced as a whole, or by its "
    "prefix where the rule matches prefixes only.",
    "say uri, authority, scheme or port, and a code from 300 to 399",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRedirect",
)
_Fault = tuple[str, str]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each redirect that leads nowhere, twice, or answers with no redirect."""
    for at, rule in virtual_service.http_routes(manifest):
        redirect = body.field(rule, "redirect")
        if isinstance(redirect, dict):
            for message, field in (*_paths(rule, redirect), *_values(redirect)):
                yield Breach(message, (*at, "redirect", field) if field else (*at, "redirect"), manifest)


def _paths(rule: Any, redirect: Any) -> Iterator[_Fault]:
    whole, prefix = body.text(redirect, "uri"), body.text(redirect, "prefixRewrite")
    if whole and prefix:
        yield "the redirect says uri and prefixRewrite", "prefixRewrite"
    paths = [body.field(match, "uri") for _, match in body.items(rule, "match")]
    if prefix and any(isinstance(path, dict) and path.get("prefix") is None for path in paths):
        yield "prefixRewrite stands beside a match whose uri is no prefix", "prefixRewrite"


def _values(redirect: Any) -> Iterator[_Fault]:
    said = any(body.text(redirect, field) for field in ("uri", "prefixRewrite", "authority", "scheme"))
    if not said and all(redirect.get(field) is None for field in ("port", "derivePort")):
        yield "the redirect leads nowhere else", ""
    code, scheme, port = (body.field(redirect, field) for field in ("redirectCode", "scheme", "port"))
    if body.number(code) and not 300 <= code <= 399:
        yield f"redirectCode {code} is not from 300 to 399", "redirectCode"
    if isinstance(scheme, str) and scheme not in {"", "http", "https"}:
        yield f"scheme {show(scheme)} is neither http nor https", "scheme"
    if body.number(port) and (fault := addresses.port(port)):
        yield f"port {port} {fault}", "port"


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

"""GR228: a rendered expression is not longer than istiod takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.checks import routes
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR228",
    "a regular expression that is too long",
    "istiod refuses more than 1,024 bytes; a test of a cookie is written as an expression longer than its text.",
    "shorten the text, or test for a prefix of it",
    source="https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go",
)
_MOST = 1024


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each regex of a VirtualService of more than 1,024 bytes."""
    for virtual_service in routes.virtual_services(manifests):
        for at, expression in _expressions(virtual_service.body.get("spec"), ("spec",)):
            length = len(expression.encode("utf-8", "replace"))
            if length > _MOST:
                yield Breach(f"the expression has {length:,} bytes, {_MOST:,} at most", at, virtual_service)


def _expressions(value: Any, at: Pointer) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if (key == "regex" or (*at[-1:], key) == ("uriRegexRewrite", "match")) and isinstance(inner, str):
                yield (*at, key), inner
            elif isinstance(key, str):
                yield from _expressions(inner, (*at, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _expressions(inner, (*at, position))


RULE = ManifestRule(CODE, find)

"""GR924: a rewrite changes something, in one way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR924",
    "a rewrite that istiod refuses",
    "A rewrite changes the host, or the path: by its prefix, or by an expression and what takes its place.",
    "say authority, and one of uri and uriRegexRewrite",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each rewrite that changes nothing, or the path twice, and each expression without its other half."""
    for at, rewrite in mappings(manifest.body, "spec", "http", EACH, "rewrite"):
        if fault := _fault(rewrite):
            yield Breach(fault, at, manifest)


def _fault(rewrite: Any) -> str:
    by_regex = body.field(rewrite, "uriRegexRewrite")
    has_regex = isinstance(by_regex, dict)
    if body.text(rewrite, "uri") and has_regex:
        return "the rewrite says uri and uriRegexRewrite"
    if has_regex and not (body.text(by_regex, "match") and body.text(by_regex, "rewrite")):
        return "uriRegexRewrite says only half of match and rewrite"
    changes = has_regex or body.text(rewrite, "uri") or body.text(rewrite, "authority")
    return "" if changes else "the rewrite changes nothing"


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

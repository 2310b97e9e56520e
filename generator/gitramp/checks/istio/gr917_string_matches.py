"""GR917: a test of a text is one that the proxies can make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body, re2
from gitramp.checks import mesh_objects, virtual_service
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR917",
    "a test of a text that istiod refuses",
    "Regular expressions are RE2's, without look-around and back-references; and what is empty fits all or nothing, "
    "so only a path may have an empty prefix.",
    "write what is tested; for a text of any kind leave the test out or use the regex .*",
    source="https://github.com/google/re2/wiki/Syntax",
)
_LONGEST = 1024  # GR228 tells of longer ones


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each empty test, and each regular expression that RE2 would refuse."""
    for field, at, test in virtual_service.tests(manifest):
        present = field == "withoutHeaders" and test.get("regex") == "*"  # stands for any value, not for an expression
        if not present:
            yield from _faults(manifest, field, at, test, empty_prefix=field == "uri")
    for at, origin in mappings(manifest.body, "spec", "http", EACH, "corsPolicy", "allowOrigins", EACH):
        if not any(body.text(origin, kind) for kind in ("exact", "prefix", "regex")):
            yield Breach("the test of an origin is empty", at, manifest)
        else:
            yield from _faults(manifest, "allowOrigins", at, origin, empty_prefix=True)
    path = ("http", EACH, "rewrite", "uriRegexRewrite", "match")
    for at, expression in texts(manifest.body, "spec", *path):
        if expression:
            yield from _expression(manifest, "uriRegexRewrite", at, expression)


def _faults(manifest: Manifest, field: str, at: Pointer, test: Any, *, empty_prefix: bool) -> Iterator[Breach]:
    if test.get("prefix") == "" and not empty_prefix:
        yield Breach(f"the prefix that {field} tests for is empty", (*at, "prefix"), manifest)
    expression = test.get("regex")
    if isinstance(expression, str):
        yield from _expression(manifest, field, (*at, "regex"), expression)


def _expression(manifest: Manifest, field: str, at: Pointer, expression: str) -> Iterator[Breach]:
    short = len(expression.encode("utf-8", "replace")) <= _LONGEST
    if short and (fault := re2.fault(expression)):
        yield Breach(f"the expression {show(expression)} of {field} {fault}", at, manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

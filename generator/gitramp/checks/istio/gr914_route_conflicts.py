"""GR914: a rule for HTTP does one thing with a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects, virtual_service
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR914",
    "a rule that does none or several of what excludes each other",
    "A rule hands requests to its route, or to a delegate, or answers them with a redirect or a direct response; a "
    "fault or rewrite concerns the way to a route only. A delegate hands on no further, and copies are said once.",
    "keep one of them, or split the rule in two",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute",
)
_ANSWERS = ("redirect", "directResponse")
_ON_THE_WAY = ("route", "fault", "rewrite")
_Conflict = tuple[str, str]
"""What is wrong, and the field that is too much."""


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each rule that does nothing, and each field that excludes what else the rule says."""
    is_delegate = not virtual_service.hosts(manifest)
    for at, rule in virtual_service.http_routes(manifest):
        said = {field for field in rule if _says(rule, field)}
        for message, field in _conflicts(said, is_delegate=is_delegate):
            yield Breach(message, (*at, field) if field else at, manifest)


def _says(rule: Any, field: str) -> bool:
    value = body.field(rule, field)
    return bool(value) if field in {"route", "mirrors"} else isinstance(value, dict)


def _conflicts(said: set[str], *, is_delegate: bool) -> Iterator[_Conflict]:
    if "delegate" in said and not is_delegate:
        yield from ((f"the rule has a delegate and a {f}", f) for f in ("route", "redirect") if f in said)
        return
    if "delegate" in said:
        yield "a VirtualService without hosts is a delegate, and its rule has another one", "delegate"
    answer = next((field for field in _ANSWERS if field in said), "")
    if answer:
        yield from ((f"the rule has {answer} and {f}", f) for f in (*_ON_THE_WAY, *_ANSWERS) if f in said - {answer})
    elif "route" not in said:
        yield "the rule has neither route, redirect nor directResponse", ""
    if {"mirror", "mirrors"} <= said:
        yield "the rule has mirror and mirrors", "mirror"


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

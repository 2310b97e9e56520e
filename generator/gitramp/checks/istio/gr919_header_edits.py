"""GR919: edited headers are ones that the mesh lets anybody edit, with values that it can write."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from gitramp import body
from gitramp.checks import header_values, mesh_objects, virtual_service
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR919",
    "an edit of headers that istiod refuses",
    "What starts with a colon, and Host, belong to the proxy; only the host of a request can be set, and once. In a "
    "value % opens one of Envoy's variables.",
    "name an ordinary header; write %% for a percent sign",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers",
)
_HOSTS = {":authority", "host"}
_Fault = tuple[str, Pointer]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each header of an edit whose name or value istiod refuses, and each second host of a rule."""
    for place in (("headers",), ("route", EACH, "headers")):
        for at, headers in mappings(manifest.body, "spec", "http", EACH, *place):
            yield from (Breach(message, (*at, *below), manifest) for message, below in _faults(headers))
    for at, rule in virtual_service.http_routes(manifest):
        said = list(_authorities(rule))
        for (first, *_), second in pairwise(said):
            message = f"the host of requests is set by {first} and by {second[0]}"
            yield Breach(message, (*at, *second), manifest, remedy="set it once, with rewrite.authority")


def _faults(headers: Any) -> Iterator[_Fault]:
    for way in ("request", "response"):
        for edit in ("set", "add"):
            for name, value in body.mapping(headers, way, edit).items():
                settable = way == "request" and name.lower() in _HOSTS
                if not settable and (fault := _name(name)):
                    yield f"header {show(name)} {fault}", (way, edit, name)
                if isinstance(value, str) and (fault := header_values.fault(value)):
                    yield f"value {show(value)} of header {show(name)} {fault}", (way, edit, name)
        for at, name in texts(headers, way, "remove", EACH):
            if fault := _name(name):
                yield f"header {show(name)} {fault}", at


def _name(name: str) -> str:
    if not name:
        return "has no name"
    return "belongs to the proxy" if name.startswith(":") or name.lower() == "host" else ""


def _authorities(rule: Any) -> Iterator[Pointer]:
    if body.text(rule, "rewrite", "authority"):
        yield "rewrite", "authority"
    for edit in ("set", "add"):
        for name, value in body.mapping(rule, "headers", "request", edit).items():
            if name.lower() in _HOSTS and value:
                yield "headers", "request", edit, name


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

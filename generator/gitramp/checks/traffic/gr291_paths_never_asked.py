"""GR291: a match of a route tests for paths, methods and query parameters that requests can have."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body, wire
from gitramp.checks import mesh_objects, virtual_service
from gitramp.checks.request_paths import never_asked
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR291",
    "a match for a path that no request has",
    "Every path starts with /, and it is compared without its query; both are compared as clients send them, with "
    "blanks and other letters percent-encoded. CONNECT asks for no path, and proxies take it to no such route. "
    "The rule takes no such request, and those that were meant go where the next rules say.",
    "write the path with a / in front, leave CONNECT out, test the query by queryParams, and percent-encode what "
    "clients encode",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
)
_HTTP_ROUTE = "gateway.networking.k8s.io/HTTPRoute"


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each test of a path or of a query parameter that no request passes."""
    tests = _of_gateway_api if manifest.id.gvk.kind == "HTTPRoute" else _of_istio
    for fault, at in tests(manifest):
        yield Breach(fault, at, manifest)


def _of_istio(manifest: Manifest) -> Iterator[tuple[str, Pointer]]:
    for field, at, test in virtual_service.tests(manifest):
        for kind in ("exact", "regex") if field == "method" else ():
            yield from _of_method(body.text(test, kind), (*at, kind))
        for kind in ("exact", "prefix"):
            text = body.text(test, kind)
            if field == "uri" and text not in {"", "*"}:  # OPTIONS asks for * where the whole server is meant
                yield from _of_path(kind, text, (*at, kind))
            elif field == "queryParams" and text:
                yield from _as_sent(f"{kind} {show(text)}", text, wire.query(text), (*at, kind))
        if field == "queryParams":
            name = str(at[-1])
            yield from _as_sent(f"query parameter {show(name)}", name, wire.query(name, name=True), at)


def _of_method(text: str, at: Pointer) -> Iterator[tuple[str, Pointer]]:
    if "CONNECT" in text.split("|"):
        yield "method CONNECT comes to no route: it asks for no path", at


def _of_path(kind: str, text: str, at: Pointer) -> Iterator[tuple[str, Pointer]]:
    if fault := never_asked(text):
        yield f"{kind} {show(text)} {fault}", at
    else:
        yield from _as_sent(f"{kind} {show(text)}", text, wire.path(text), at)


def _as_sent(what: str, text: str, sent: str, at: Pointer) -> Iterator[tuple[str, Pointer]]:
    if text != sent:
        yield f"{what} comes as {show(sent)}", at


def _of_gateway_api(manifest: Manifest) -> Iterator[tuple[str, Pointer]]:
    """Yield the faults of parameters: of paths, the definition of HTTPRoute refuses the letters."""
    for rule, _ in body.items(manifest.body, "spec", "rules"):
        for entry, _ in body.items(manifest.body, *rule, "matches"):
            yield from _of_method(body.text(manifest.body, *entry, "method"), (*entry, "method"))
            for at, test in body.items(manifest.body, *entry, "queryParams"):
                name, text = body.text(test, "name"), body.text(test, "value")
                yield from _as_sent(f"query parameter {show(name)}", name, wire.query(name, name=True), (*at, "name"))
                if body.text(test, "type") != "RegularExpression":
                    yield from _as_sent(f"value {show(text)}", text, wire.query(text), (*at, "value"))


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE, _HTTP_ROUTE}), find)

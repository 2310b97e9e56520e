"""GR223: edited headers are ones that the mesh lets anybody edit, with values that it can write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gitramp.checks.names import token
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, HeaderEdits
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR223",
    "a header that cannot be edited so",
    "Pseudo headers and Host belong to the proxy, and in a value % opens one of Envoy's variables.",
    "name an ordinary header; write %% for a percent sign",
    source="https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#custom-request-response-headers",
)
_VALUE = re.compile(r"(?:[^%\x00-\x08\x0a-\x1f\x7f]|%%|%[A-Za-z_][^%\x00-\x1f]*%)*")


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each header of an edit whose name or value the mesh refuses."""
    for service in environment.services.values():
        for route in service.routes.values():
            for name in (*route.cors.allow_headers, *route.cors.expose_headers) if route.cors else ():
                if fault := token(name):
                    yield Breach(f"header name {show(name)} {fault}", route.at("cors"))
            for edits in (route.headers.request, route.headers.response):
                yield from _names(edits)
                yield from _twice(edits)
                yield from _values(edits, "set", edits.set)
                yield from _values(edits, "add", edits.add)


def _names(edits: HeaderEdits) -> Iterator[Breach]:
    named = [(name, edits.at(kind, name)) for kind, said in (("set", edits.set), ("add", edits.add)) for name in said]
    named += [(name, edits.at("remove", position)) for position, name in enumerate(edits.remove)]
    for name, at in named:
        if name.lower() == "host":
            yield Breach("header host is the proxy's own", at, remedy="use `rewrite.host`")
        elif fault := token(name):
            yield Breach(f"header name {show(name)} {fault}", at)


def _twice(edits: HeaderEdits) -> Iterator[Breach]:
    seen: dict[str, str] = {}
    for name in edits.set:
        first = seen.setdefault(name.lower(), name)
        if first != name:
            yield Breach(f"header {show(name)} is set twice, the other time as {show(first)}", edits.at("set", name))
    for position, name in enumerate(edits.remove):
        if name.lower() in seen:
            yield Breach(f"header {show(name)} is set and removed", edits.at("remove", position))


def _values(edits: HeaderEdits, kind: str, said: Mapping[str, str]) -> Iterator[Breach]:
    for name, value in said.items():
        if not _VALUE.fullmatch(value):
            yield Breach(f"value {show(value)} of header {show(name)} cannot be written", edits.at(kind, name))


RULE = EnvironmentRule(CODE, find)

"""GR925: a CORS policy names methods and headers of HTTP, and whole seconds."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body, durations
from gitramp.checks import mesh_objects, names
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR925",
    "a CORS policy that istiod refuses",
    "Browsers compare methods and headers with these lists, and keep an answer for whole seconds.",
    "name methods in capital letters, headers as they are sent, and a maxAge such as 24h",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy",
)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*"}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each method and header that is none, and each maxAge of part of a second."""
    for at, policy in mappings(manifest.body, "spec", "http", EACH, "corsPolicy"):
        for below, method in texts(policy, "allowMethods", EACH):
            if method not in _METHODS:
                yield Breach(f"{show(method)} is no method of HTTP", (*at, *below), manifest)
        for field in ("allowHeaders", "exposeHeaders"):
            for below, name in texts(policy, field, EACH):
                if name != "*" and (fault := names.token(name)):
                    yield Breach(f"header name {show(name)} {fault}", (*at, *below), manifest)
        age = durations.nanoseconds(body.text(policy, "maxAge"))
        if age is not None and age >= durations.MILLISECOND and age % durations.SECOND:
            yield Breach(
                f"maxAge {show(body.text(policy, 'maxAge'))} is not of whole seconds", (*at, "maxAge"), manifest
            )


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)

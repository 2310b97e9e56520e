"""What a match of a VirtualService asks of a request, and whether one match takes all that another would.

Owns the reading of HTTPMatchRequest and its cover; careful, not complete: where an expression leaves it open, nothing
is known. Must not know what becomes of the requests.
https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gitramp import body, re2

_KINDS = ("exact", "prefix", "regex")
_TEXTS = ("uri", "scheme", "method", "authority")
_READ = {
    *_TEXTS,
    "name",
    "headers",
    "withoutHeaders",
    "queryParams",
    "port",
    "gateways",
    "sourceLabels",
    "sourceNamespace",
    "ignoreUriCase",
    "statPrefix",
}


class Test(NamedTuple):
    """A test of a text; kind "present" asks for nothing but that it is there."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """All that one match asks for; names of headers are in lower case.

    `whole` is False where more is asked than read.
    """

    texts: Mapping[str, Test]
    headers: Mapping[str, Test]
    without: Mapping[str, Test]
    query: Mapping[str, Test]
    port: int | None
    gateways: frozenset[str]
    labels: Mapping[str, Any]
    namespace: str
    any_case: bool
    whole: bool


def read(match: Any, gateways: frozenset[str]) -> Asked:
    """Read a match; one that names no gateways is for all that the VirtualService is bound to."""
    named = frozenset(name for _, name in body.items(match, "gateways") if isinstance(name, str))
    said = {name: body.field(match, name) for name in _TEXTS if body.field(match, name) is not None}
    return Asked(
        {name: _test(test) for name, test in said.items()},
        {name.lower(): _test(test) for name, test in body.mapping(match, "headers").items()},
        {name.lower(): _test(test) for name, test in body.mapping(match, "withoutHeaders").items()},
        {name: _test(test) for name, test in body.mapping(match, "queryParams").items()},
        body.number(match, "port"),
        named or gateways,
        body.mapping(match, "sourceLabels"),
        body.text(match, "sourceNamespace"),
        body.field(match, "ignoreUriCase") is True,
        isinstance(match, dict) and match.keys() <= _READ,
    )


def covers(wide: Asked, narrow: Asked) -> bool:
    """Whether every request that fits `narrow` is known to fit `wide`."""
    if not wide.whole or wide.port not in {None, narrow.port} or not narrow.gateways <= wide.gateways:
        return False
    if wide.namespace not in {"", narrow.namespace} or not wide.labels.items() <= narrow.labels.items():
        return False
    pairs = ((wide.headers, narrow.headers), (wide.query, narrow.query))
    if not all(_implied(inner, outer) for outer, inner in pairs):
        return False
    return _texts(wide, narrow) and _without(wide, narrow)


def _texts(wide: Asked, narrow: Asked) -> bool:
    for name, outer in wide.texts.items():
        inner = narrow.texts.get(name)
        if name == "uri":
            if not _uri(wide, narrow, outer, inner):
                return False
        elif inner is None or not implies(inner, outer):
            return False
    return True


def _uri(wide: Asked, narrow: Asked, outer: Test, inner: Test | None) -> bool:
    if outer in {Test("prefix", "/"), Test("regex", ".*")}:
        return True
    if inner is None:
        return False
    if narrow.any_case and not wide.any_case and inner.value.lower() != inner.value.upper():
        return False
    if wide.any_case and "regex" not in {inner.kind, outer.kind}:
        inner, outer = Test(inner.kind, inner.value.lower()), Test(outer.kind, outer.value.lower())
    return implies(inner, outer)


def _without(wide: Asked, narrow: Asked) -> bool:
    """Whether what `wide` asks to be absent is absent from all that fits `narrow`."""
    for name, outer in wide.without.items():
        absent, there = narrow.without.get(name), narrow.headers.get(name)
        excluded = absent is not None and implies(outer, absent)
        other = there is not None and there.kind == "exact" and not _fits(outer, there.value)
        if not (excluded or other):
            return False
    return True


def _implied(inner: Mapping[str, Test], outer: Mapping[str, Test]) -> bool:
    return all(name in inner and implies(inner[name], test) for name, test in outer.items())


def implies(one: Test, other: Test) -> bool:
    """Whether every text that passes `one` is known to pass `other`."""
    if one == other or other.kind == "present" or other == Test("prefix", ""):
        return True
    if one.kind == "exact":
        return _fits(other, one.value)
    return one.kind == "prefix" and other.kind == "prefix" and one.value.startswith(other.value)


def _fits(test: Test, text: str) -> bool:
    if test.kind == "regex":
        return re2.fits(test.value, text)
    return {"exact": text == test.value, "prefix": text.startswith(test.value), "present": True}[test.kind]


def _test(said: Any) -> Test:
    kind = next((kind for kind in _KINDS if isinstance(body.field(said, kind), str)), "present")
    return Test(kind, body.text(said, kind))

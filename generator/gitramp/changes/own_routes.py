"""The requests that routes of one's own tell apart: VirtualServices and HTTPRoutes that no service of an overlay made.

Owns the reading of their matches; what cannot be said of a request in one example, as a header that must be missing, is
left out. Must not know who answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from gitramp import body
from gitramp.changes.classes import RequestClass, example
from gitramp.model import Match, PathMatch, StringMatch
from gitramp.model.match import Method
from gitramp.resource import Manifest
from gitramp.router import MESH

KINDS = ("VirtualService", "HTTPRoute")
PLAIN = "GET /"
"""The request that no match is made for; some rule may take it all the same."""
_UNTOLD = frozenset({"withoutHeaders", "scheme", "authority", "port", "statPrefix", "ignoreUriCase"})
_ANYTHING = StringMatch(regex=".*")


def own_classes(route: Manifest | None) -> Iterator[RequestClass]:
    """Yield the classes of a route: a plain request, then each match."""
    if route is None:
        return
    yield RequestClass(PLAIN)
    istio = route.id.gvk.kind == "VirtualService"
    rules, matches = ("http", "match") if istio else ("rules", "matches")
    for _, rule in body.items(route.body, "spec", rules):
        for _, said in body.items(rule, matches):
            if not said or not _UNTOLD.isdisjoint(body.mapping(said)):
                continue
            match = _of_istio(said) if istio else _of_gateway_api(said)
            found = example((match,), 0)
            if found is not None and found.words:
                yield found if not istio else _where(found, said)


def _where(found: RequestClass, said: Any) -> RequestClass:
    """Say whence the requests of a match come that names its gateways."""
    named = {body.text(said, *at) for at, _ in body.items(said, "gateways")}
    return replace(found, only_mesh=found.only_mesh or named == {MESH}, only_edge=bool(named) and MESH not in named)


def _of_istio(said: Any) -> Match:
    method, path = body.mapping(said, "method"), body.mapping(said, "uri")
    return Match(
        path=_path(path) if path else None,
        methods=(cast("Method", body.text(method, "exact")),) if body.text(method, "exact") else (),
        headers=_tests(body.mapping(said, "headers")),
        query=_tests(body.mapping(said, "queryParams")),
        source_labels=dict(body.mapping(said, "sourceLabels")),
        source_namespace=body.text(said, "sourceNamespace") or None,
    )


def _of_gateway_api(said: Any) -> Match:
    path = body.mapping(said, "path")
    return Match(
        path=_path(_typed(path)) if path else None,
        methods=(cast("Method", body.text(said, "method")),) if body.text(said, "method") else (),
        headers=_tests({body.text(each, "name"): _typed(each) for _, each in body.items(said, "headers")}),
        query=_tests({body.text(each, "name"): _typed(each) for _, each in body.items(said, "queryParams")}),
    )


def _typed(said: Any) -> Mapping[str, str]:
    kinds = {"Exact": "exact", "RegularExpression": "regex", "PathPrefix": "prefix"}
    kind = kinds.get(body.text(said, "type"), "prefix" if "name" not in body.mapping(said) else "exact")
    return {kind: body.text(said, "value")}


def _tests(said: Mapping[str, Any]) -> Mapping[str, StringMatch]:
    return {name: _text(test) for name, test in said.items()}


def _text(test: Any) -> StringMatch:
    """Return a test of a text; one that says nothing is passed by whatever is there."""
    exact, prefix, regex = _kinds(test)
    return StringMatch(exact=exact, prefix=prefix, regex=regex) if exact or prefix or regex else _ANYTHING


def _path(test: Any) -> PathMatch:
    exact, prefix, regex = _kinds(test)
    return PathMatch(exact=exact, prefix=prefix, regex=regex)


def _kinds(test: Any) -> tuple[str | None, str | None, str | None]:
    return body.text(test, "exact") or None, body.text(test, "prefix") or None, body.text(test, "regex") or None

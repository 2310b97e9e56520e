"""GR286: a rule of an HTTPRoute asks for what no earlier one asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.gateway_api import rules
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR286",
    "a rule of an HTTPRoute that no request reaches",
    "Of two rules that ask for the same the first one takes every request; the other is dead.",
    "put both sets of backends in one rule with weights, or let them ask for different things",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
)
_EVERYTHING = {"path": {"type": "PathPrefix", "value": "/"}}
_TYPES = {"headers": "Exact", "queryParams": "Exact"}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each rule all of whose matches earlier rules have, and which does something else."""
    for route in manifests.of_kind("HTTPRoute"):
        earlier: dict[str, Pointer] = {}
        for at, rule in rules(route):
            own = [_text(match) for _, match in body.items(rule, "matches")] or [_text({})]
            takers = [earlier.get(match) for match in own]
            first = takers[0]
            if first is not None and None not in takers and _action(rule) != _action(body.field(route.body, *first)):
                related = (Elsewhere("the first one", first, route),)
                yield Breach(f"rule {at[-1]} asks for what rule {first[-1]} takes", at, route, related=related)
            for match in own:
                earlier.setdefault(match, at)


def _text(match: Any) -> str:
    """Write a match so that two which ask for the same are the same text."""
    said = {**_EVERYTHING, **body.mapping(match)}
    path = body.mapping(said, "path")
    said["path"] = {"type": path.get("type", "PathPrefix"), "value": path.get("value", "/")}
    for name, kind in _TYPES.items():
        tests = [{"type": kind, **body.mapping(test)} for _, test in body.items(said, name)]
        said[name] = sorted(json.dumps(_lower(test, name), sort_keys=True, default=str) for test in tests)
    return json.dumps(said, sort_keys=True, default=str)


def _lower(test: dict[str, Any], name: str) -> dict[str, Any]:
    return {**test, "name": str(test.get("name")).lower()} if name == "headers" else test


def _action(rule: Any) -> str:
    said = {key: value for key, value in body.mapping(rule).items() if key not in {"matches", "name"}}
    return json.dumps(said, sort_keys=True, default=str)


RULE = ManifestRule(CODE, find)

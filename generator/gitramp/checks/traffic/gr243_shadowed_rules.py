"""GR243: every rule of a VirtualService gets requests that no earlier one takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.registry import is_own
from gitramp.checks.request_tests import Asked, covers, read, takes_all
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Elsewhere, Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR243",
    "a rule that no request reaches",
    "The mesh takes the first rule that fits: what stands behind a wider one is dead, and a canary's match behind the "
    "split never sees its canary.",
    "put the narrower rule before the wider one",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0130/",
)
_Taken = tuple[Pointer, str, Asked]


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each http rule all of whose matches earlier rules take."""
    for virtual_service in routes.virtual_services(manifests):
        bound = frozenset(name for _, name in routes.gateway_names(virtual_service))
        yield from _dead(virtual_service, bound)


def _dead(manifest: Manifest, bound: frozenset[str]) -> Iterator[Breach]:
    earlier: list[_Taken] = []
    whole: _Taken | None = None
    for at, rule in body.items(manifest.body, "spec", "http"):
        own = _matches(rule, at, bound)
        taken = [whole or next((e for e in earlier if covers(e[2], asked)), None) for _, _, asked in own]
        first = taken[0]
        if first is not None and None not in taken:
            if _harmless(manifest, at, [each[0][:3] for each in taken if each is not None]):
                continue
            message = f"rule {_named(rule, at)} gets no request: {first[1]} takes them all before it"
            yield Breach(message, at, manifest, related=(Elsewhere("taken here", first[0], manifest),))
        elif not body.mapping(rule, "delegate"):  # what a delegate does not take goes on to the next rule
            earlier.extend(own)
            whole = whole or next((e for e in own if takes_all(e[2]) and e[2].gateways >= bound), None)


def _harmless(manifest: Manifest, at: Pointer, takers: list[Pointer]) -> bool:
    """Whether nothing is lost: the earlier rules do the same, or gitramp closed a list that needed no end."""
    if is_own(manifest) and not any(body.items(manifest.body, *at, "match")):
        return True
    return all(_action(manifest, taker) == _action(manifest, at) for taker in takers)


def _action(manifest: Manifest, at: Pointer) -> Mapping[str, Any]:
    rule = body.mapping(manifest.body, *at)
    return {key: value for key, value in rule.items() if key not in {"match", "name"}}


def _matches(rule: Any, at: Pointer, bound: frozenset[str]) -> list[_Taken]:
    name = f"rule {_named(rule, at)}"
    listed = [(found, name, read(match, bound)) for found, match in body.items(rule, "match")]
    return [((*at, *found), told, asked) for found, told, asked in listed] or [(at, name, read({}, bound))]


def _named(rule: Any, at: Pointer) -> str:
    return show(body.text(rule, "name")) if body.text(rule, "name") else str(at[-1])


RULE = ManifestRule(CODE, find)

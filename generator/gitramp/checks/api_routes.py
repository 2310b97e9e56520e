"""Gateway API's HTTPRoutes and GRPCRoutes: what the rules in their definitions refuse beyond their schemas.

Owns the rules of parents, matches, filters and backends. Must not know how a fault is told.
https://gateway-api.sigs.k8s.io/reference/spec/#httproute
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.forms import Fault, chosen
from gitramp.pointer import Pointer
from gitramp.source import show

_FILTERS = {
    "CORS": "cors",
    "RequestHeaderModifier": "requestHeaderModifier",
    "ResponseHeaderModifier": "responseHeaderModifier",
    "RequestMirror": "requestMirror",
    "RequestRedirect": "requestRedirect",
    "URLRewrite": "urlRewrite",
    "ExtensionRef": "extensionRef",
}
_ONCE = ("CORS", "RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite")
_PATHS = {"ReplaceFullPath": "replaceFullPath", "ReplacePrefixMatch": "replacePrefixMatch"}
_PATH = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")
_BAD_PARTS = ("//", "/./", "/../", "%2f", "%2F", "#")
_BAD_ENDS = ("/..", "/.")
_PARENT = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "", "name": ""}
_MOST_MATCHES = 128


def faults(tree: Any) -> Iterator[Fault]:
    """Yield what is wrong with the parents and rules of a route."""
    yield from _parents(tree)
    rules = list(body.items(tree, "spec", "rules"))
    matches = sum(len(list(body.items(rule, "matches"))) for _, rule in rules)
    if matches > _MOST_MATCHES:
        yield Fault(f"the route has {matches} matches, {_MOST_MATCHES} at most", ("spec", "rules"))
    for at, rule in rules:
        yield from _of_rule(rule, at)


def _parents(tree: Any) -> Iterator[Fault]:
    seen: dict[tuple[str, ...], set[str]] = {}
    for at, parent in body.items(tree, "spec", "parentRefs"):
        identity = tuple(body.text(parent, key) or default for key, default in _PARENT.items())
        section = body.text(parent, "sectionName")
        known = seen.setdefault(identity, set())
        if known and (section in known or not section or "" in known):
            name = show(body.text(parent, "name"))
            yield Fault(f"parent {name} is there twice; each needs a sectionName of its own", at)
        known.add(section)


def _of_rule(rule: Any, at: Pointer) -> Iterator[Fault]:
    for step, match in body.items(rule, "matches"):
        yield from _of_path(body.field(match, "path"), (*at, *step, "path"))
    backends = list(body.items(rule, "backendRefs"))
    of_rule = [(*at, *step) for step, _ in body.items(rule, "filters")]
    redirects = [step for step, each in body.items(rule, "filters") if body.field(each, "requestRedirect") is not None]
    if redirects and backends:
        yield Fault("a rule that redirects has no backendRefs", (*at, "backendRefs"))
    yield from _of_filters(rule, at, of_rule)
    for step, backend in backends:
        here = (*at, *step)
        yield from _of_backend(backend, here)
        yield from _of_filters(backend, here, [(*here, *s) for s, _ in body.items(backend, "filters")], rule)


def _of_path(path: Any, at: Pointer) -> Iterator[Fault]:
    if not isinstance(path, dict) or body.text(path, "type") == "RegularExpression":
        return
    said = body.field(path, "value")
    if not isinstance(said, str):
        return
    wrong = [part for part in _BAD_PARTS if part in said] + [end for end in _BAD_ENDS if said.endswith(end)]
    if not said.startswith("/"):
        yield Fault(f"path {show(said)} does not start with /", (*at, "value"))
    elif wrong:
        yield Fault(f"path {show(said)} has {wrong[0]} in it", (*at, "value"))
    elif not _PATH.fullmatch(said):
        yield Fault(f"path {show(said)} has a character that paths do not have", (*at, "value"))


def _of_backend(backend: Any, at: Pointer) -> Iterator[Fault]:
    of_service = not body.text(backend, "group") and body.text(backend, "kind") in {"", "Service"}
    if of_service and body.field(backend, "port") is None:
        yield Fault(f"Service {show(body.text(backend, 'name'))} is named without a port", at)


def _of_filters(holder: Any, at: Pointer, places: list[Pointer], rule: Any = None) -> Iterator[Fault]:
    """Yield what is wrong with the filters of a rule, or of a backend in `rule`."""
    said = [body.field(holder, *place[len(at) :]) for place in places]
    counted = Counter(body.text(each, "type") for each in said)
    for kind in _ONCE:
        if counted[kind] > 1:
            yield Fault(f"the filter {kind} is there twice", (*at, "filters"))
    if counted["RequestRedirect"] and counted["URLRewrite"]:
        yield Fault("one of the filters redirects and one rewrites", (*at, "filters"))
    for each, place in zip(said, places, strict=True):
        yield from _of_filter(each, place, holder if rule is None else rule)


def _of_filter(each: Any, at: Pointer, rule: Any) -> Iterator[Fault]:
    kind = body.text(each, "type")
    wanted, said = _FILTERS.get(kind), chosen(each, (), _FILTERS.values())
    if wanted is not None and said != [wanted]:
        yield Fault(f"a filter of type {kind} says {' and '.join(said) or 'nothing'}", at)
        return
    if wanted == "requestMirror":
        yield from _of_mirror(each, at)
    if wanted == "cors":
        for key in ("allowOrigins", "allowMethods", "allowHeaders"):
            values = [value for _, value in body.items(each, "cors", key)]
            if "*" in values and len(values) > 1:
                yield Fault(f"* stands beside others in {key}", (*at, "cors", key))
    if wanted in {"requestRedirect", "urlRewrite"}:
        yield from _of_new_path(each, (*at, wanted, "path"), wanted, rule)


def _of_mirror(each: Any, at: Pointer) -> Iterator[Fault]:
    mirror, where = body.field(each, "requestMirror"), (*at, "requestMirror")
    yield from _of_backend(body.field(mirror, "backendRef"), (*where, "backendRef"))
    if body.field(mirror, "percent") is not None and body.field(mirror, "fraction") is not None:
        yield Fault("a mirror says percent and fraction", where)
    part, whole = body.number(mirror, "fraction", "numerator"), body.number(mirror, "fraction", "denominator")
    if part is not None and part > (100 if whole is None else whole):
        yield Fault("the fraction is more than all", (*where, "fraction"))


def _of_new_path(each: Any, at: Pointer, wanted: str, rule: Any) -> Iterator[Fault]:
    path = body.field(each, wanted, "path")
    if not isinstance(path, dict):
        return
    kind = body.text(path, "type")
    said = chosen(path, (), _PATHS.values())
    if kind in _PATHS and said != [_PATHS[kind]]:
        yield Fault(f"a path of type {kind} says {' and '.join(said) or 'nothing'}", at)
    elif kind == "ReplacePrefixMatch" and not _has_one_prefix(rule):
        yield Fault("replacePrefixMatch needs exactly one match of the rule, of type PathPrefix", at)


def _has_one_prefix(rule: Any) -> bool:
    matches = [match for _, match in body.items(rule, "matches")]
    if body.field(rule, "matches") is None:
        return True  # the default is the prefix /
    return len(matches) == 1 and (body.text(matches[0], "path", "type") or "PathPrefix") == "PathPrefix"

"""GR978: a patch of an EnvoyFilter says what it does to what, and matches objects of that kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gitramp import body, re2
from gitramp.checks import addresses, envoy_filters, mesh_objects
from gitramp.checks.envoy_filters import MATCHED, Patch
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR978",
    "a patch of Envoy's configuration that istiod refuses",
    "A patch says what it applies to, what it does, and with what; it matches objects of the kind that it applies to, "
    "filters by name, and those inside a filter only within HTTP's.",
    "say applyTo, operation and value, and a match of the same kind",
    source="https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-EnvoyConfigObjectPatch",
)
_HTTP_FILTERS = {"envoy.filters.network.http_connection_manager", "envoy.http_connection_manager"}
_LONGEST_VERSION = 1024
_VALUE = ("patch", "value")
_TYPED = {"typed_config", "typedConfig"}
_GONE = ".v2."
_TYPE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_Fault = tuple[str, Pointer]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each patch that says too little, or matches what it cannot."""
    for patch in envoy_filters.patches(manifest):
        found = [*_waypoint(patch)]
        if not patch.is_of_waypoints:
            found += [*_parts(patch), *_match(patch), *_filter(patch)]
            found += _typed(body.field(patch.body, *_VALUE), _VALUE)
        yield from (Breach(message, (*patch.at, *below), manifest) for message, below in found)


def _waypoint(patch: Patch) -> Iterator[_Fault]:
    matched = body.field(patch.body, "match", "waypoint") is not None
    if matched != patch.is_of_waypoints:
        yield "a match has waypoint where its context is WAYPOINT, and only there", ("match",)
    port = body.number(patch.body, "match", "waypoint", "portNumber")
    if port is not None and (fault := addresses.port(port)):
        yield f"port {port} {fault}", ("match", "waypoint", "portNumber")


def _parts(patch: Patch) -> Iterator[_Fault]:
    if not patch.apply_to:
        yield "the patch does not say applyTo", ()
    if not isinstance(body.field(patch.body, "patch"), dict):
        yield "the patch says nothing", ()
    elif not patch.operation:
        yield "the patch does not say its operation", ("patch",)
    elif patch.operation != "REMOVE" and not isinstance(body.field(patch.body, "patch", "value"), dict):
        yield f"operation {show(patch.operation)} has no value", ("patch",)
    version = patch.proxy_version
    if version and len(version.encode("utf-8", "replace")) <= _LONGEST_VERSION and (fault := re2.fault(version)):
        yield f"the expression {show(version)} of proxyVersion {fault}", ("match", "proxy", "proxyVersion")


def _typed(tree: Any, at: Pointer) -> Iterator[_Fault]:
    """Yield each typed_config without a type, or with one of the API that Envoy no longer has."""
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, child in children:
        kind = body.text(child, "@type")
        if step in _TYPED and isinstance(child, dict):
            if not kind:
                yield f"{step} does not say its @type", (*at, step)
            elif _GONE in kind or not _TYPE.fullmatch(kind.rpartition("/")[2]):
                why = "of an API that is gone" if _GONE in kind else "none, as type.googleapis.com/envoy... is"
                yield f"the type {show(kind)} is {why}", (*at, step, "@type")
        if "TypedStruct" not in kind:
            yield from _typed(child, (*at, step))


def _match(patch: Patch) -> Iterator[_Fault]:
    wanted = MATCHED.get(patch.apply_to)
    if wanted and patch.matches not in {"", wanted}:
        yield f"applyTo {patch.apply_to} goes with a match of {wanted}, not of {patch.matches}", ("match",)


def _filter(patch: Patch) -> Iterator[_Fault]:
    at = ("match", "listener", "filterChain", "filter")
    name, inner = body.text(patch.filter, "name"), body.field(patch.filter, "subFilter")
    if patch.filter is not None and not name:
        yield "the filter that is matched has no name", at
    elif isinstance(inner, dict):
        if patch.apply_to != "HTTP_FILTER":
            yield f"applyTo {show(patch.apply_to)} matches no subFilter", (*at, "subFilter")
        elif name not in _HTTP_FILTERS:
            yield f"filter {show(name)} has no subFilter", (*at, "subFilter")
        elif not body.text(inner, "name"):
            yield "the subFilter that is matched has no name", (*at, "subFilter")


RULE = ObjectRule(CODE, frozenset({mesh_objects.ENVOY_FILTER}), find)

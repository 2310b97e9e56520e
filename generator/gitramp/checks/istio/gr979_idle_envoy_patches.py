"""GR979: a patch of an EnvoyFilter changes something."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import envoy_filters, mesh_objects
from gitramp.checks.envoy_filters import Patch
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR979",
    "a patch of Envoy's configuration without effect",
    "istiod passes over operations that it does not have for the kind of object, and over matches of filters where no "
    "filter is patched; old names of filters will stop working.",
    "choose an operation that the kind has",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation",
)
_REPLACED = {"NETWORK_FILTER", "HTTP_FILTER", "VIRTUAL_HOST"}
_NOT_ADDED = {"ROUTE_CONFIGURATION", "HTTP_ROUTE"}
_LONGEST_VERSION = 1024
_HTTP = "buffer cors csrf fault grpc_http1_bridge grpc_json_transcoder grpc_web gzip health_check ip_tagging lua router"
_NETWORK = "client_ssl_auth http_connection_manager mongo_proxy ratelimit redis_proxy tcp_proxy"
_OLD_NAMES = {
    **{f"envoy.{name}": f"envoy.filters.http.{name}" for name in (*_HTTP.split(), "squash")},
    **{f"envoy.{name}": f"envoy.filters.network.{name}" for name in _NETWORK.split()},
    "envoy.http_dynamo_filter": "envoy.filters.http.dynamo",
    "envoy.rate_limit": "envoy.filters.http.ratelimit",
    "envoy.ext_authz": "envoy.filters.http.ext_authz or envoy.filters.network.ext_authz",
}
_FILTER = ("match", "listener", "filterChain", "filter")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each operation and match without effect, and each old name of a filter."""
    for patch in envoy_filters.patches(manifest):
        if not patch.is_of_waypoints:
            for message, below, remedy in (*_operation(patch), *_filter(patch)):
                yield Breach(message, (*patch.at, *below), manifest, remedy)


def _operation(patch: Patch) -> Iterator[tuple[str, Pointer, str]]:
    operation, kind = patch.operation, patch.apply_to
    idle = (operation in {"ADD", "REMOVE"} and kind in _NOT_ADDED) or (
        operation == "REPLACE" and bool(kind) and kind not in _REPLACED
    )
    if idle:
        yield f"{operation} does nothing to {show(kind)}", ("patch", "operation"), ""
    if len(patch.proxy_version.encode("utf-8", "replace")) > _LONGEST_VERSION:
        message = f"proxyVersion is longer than {_LONGEST_VERSION:,} bytes, and passed over"
        yield message, ("match", "proxy", "proxyVersion"), "shorten the expression"


def _filter(patch: Patch) -> Iterator[tuple[str, Pointer, str]]:
    if patch.filter is not None and patch.apply_to in {"LISTENER", "FILTER_CHAIN"}:
        yield f"a match of a filter says nothing for {patch.apply_to}", _FILTER, "remove the match of the filter"
    for path in (("name",), ("subFilter", "name")):
        name = body.text(patch.filter, *path)
        if name in _OLD_NAMES:
            yield f"filter {show(name)} is an old name", (*_FILTER, *path), f"write {_OLD_NAMES[name]}"


RULE = ObjectRule(CODE, frozenset({mesh_objects.ENVOY_FILTER}), find)

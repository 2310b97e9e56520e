"""GR909: a duration is one, of whole milliseconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import durations
from gitramp.checks import mesh_objects
from gitramp.checks.fields import texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.durations import MILLISECOND
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR909",
    "a duration that istiod refuses",
    "Durations are written as Go writes them, and the proxies count in milliseconds: nothing is shorter than one, and "
    "almost nothing lasts part of one.",
    "write a duration such as 1m30s, 5s or 250ms",
    source="https://protobuf.dev/reference/protobuf/google.protobuf/#duration",
)
_POOL = (
    "http.http2KeepAlive.interval",
    "http.http2KeepAlive.timeout",
    "http.idleTimeout",
    "tcp.connectTimeout",
    "tcp.maxConnectionDuration",
    "tcp.tcpKeepalive.interval",
    "tcp.tcpKeepalive.time",
    "tcp.idleTimeout",
)
_SETTINGS = (
    *(f"connectionPool.{each}" for each in _POOL),
    "loadBalancer.warmup.duration",
    "loadBalancer.warmupDurationSecs",
    "loadBalancer.consistentHash.httpCookie.ttl",
    "outlierDetection.baseEjectionTime",
    "outlierDetection.interval",
)
_POLICIES = ("trafficPolicy", "subsets.*.trafficPolicy")
_BUDGET = "retryBudget.budgetInterval"
_HTTP = (
    "timeout",
    "retries.perTryTimeout",
    "retries.backoff",
    "corsPolicy.maxAge",
    "fault.delay.fixedDelay",
    "fault.delay.exponentialDelay",
)
_PLACES: Mapping[str, tuple[str, ...]] = {
    mesh_objects.VIRTUAL_SERVICE: tuple(f"http.*.{each}" for each in _HTTP),
    mesh_objects.DESTINATION_RULE: tuple(
        f"{policy}.{each}"
        for policy in _POLICIES
        for each in (*_SETTINGS, *(f"portLevelSettings.*.{setting}" for setting in _SETTINGS), _BUDGET)
    ),
    mesh_objects.SIDECAR: tuple(
        f"{pool}.{each}" for pool in ("inboundConnectionPool", "ingress.*.connectionPool") for each in _POOL
    ),
    mesh_objects.REQUEST_AUTHENTICATION: ("jwtRules.*.timeout",),
    mesh_objects.TELEMETRY: ("metrics.*.reportingInterval",),
}
_OF_ANY_LENGTH = frozenset({"httpCookie.ttl", _BUDGET})
_IN_PARTS = frozenset({"loadBalancer.warmupDurationSecs", "*.reportingInterval"})


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each duration that is none, too short or of part of a millisecond."""
    for place in _PLACES[mesh_objects.kind_of(manifest)]:
        *_, holder, name = place.split(".")
        for at, written in texts(manifest.body, "spec", *place.split(".")):
            if fault := _fault(written, f"{holder}.{name}"):
                yield Breach(f"{name} {show(written)} {fault}", at, manifest)


def _fault(written: str, field: str) -> str:
    length = durations.nanoseconds(written)
    if length is None:
        return "is no duration"
    if field in _OF_ANY_LENGTH or (field == "tcp.idleTimeout" and abs(length) < MILLISECOND):  # 0s is for ever
        return ""
    if length < MILLISECOND:
        return "is shorter than 1ms"
    return "is not a whole number of milliseconds" if length % MILLISECOND and field not in _IN_PARTS else ""


RULE = ObjectRule(CODE, frozenset(_PLACES), find)

"""Canaries that are well, ill or unknown: what their overlay asks, what the mesh counted, and what the verdict must be.

Owns the cases that a real Prometheus is asked about, and that are recorded for `make test`. Must not know Prometheus.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from conformance.mesh_metrics import Load, past

NOW = 1_780_000_020  # 2026-05-28 20:27:00 UTC: a moment of a scrape
START = NOW - 3600
EVERYTHING = """success: {successRate: {min: 99}}
latency: {latency: {percentile: 99, max: 500}}
drop: {successRateDrop: {max: 1}}
ratio: {latencyRatio: {percentile: 90, max: "1.5"}}
"""
PASS, FAIL, INCONCLUSIVE = "pass", "fail", "inconclusive"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A canary: what is asked about it, what loads its tracks, when its step was, and the verdict."""

    name: str
    verdict: str
    queries: str = EVERYTHING
    loads: tuple[Load, ...] = ()
    settings: str = ""
    top: str = ""
    since: int = NOW - 1800
    others: tuple[str, ...] = ()

    @property
    def overlay(self) -> str:
        """The environment with the service."""
        queries = "".join(f"          {line}\n" for line in self.queries.splitlines())
        settings = "".join(f"        {line}\n" for line in self.settings.splitlines())
        return f"""apiVersion: gitramp/v1alpha1
kind: Environment
{self.top}services:
  {self.name}:
    port: 8080
    tracks:
      v1: {{image: "ghcr.io/acme/{self.name}:1.4.2"}}
      v2: {{image: "ghcr.io/acme/{self.name}:1.5.0"}}
    stable: v1
    canary:
      track: v2
      weight: 10
      analysis:
        interval: 1m
{settings}        queries:
{queries}"""


def _load(name: str, track: str = "v2", **different: Any) -> Load:
    return replace(Load(name, f"services-{track}", began=START), **different)


def _pair(name: str, **of_canary: Any) -> tuple[Load, ...]:
    return (_load(name, **of_canary), _load(name, "v1", rate=180.0))


def _clusters(name: str, failing: str) -> tuple[Load, ...]:
    return tuple(_load(name, cluster=each, failing=0.05 * (each == failing)) for each in ("eu-1", "us-1"))


def _only(query: str) -> str:
    return f"asked: {query}\n"


RATE = _only("{successRate: {min: 99}}")
GRPC = "platform: {mesh: ambient, ingress: gateway-api}\n"

SCENARIOS = (
    Scenario("healthy", PASS, settings="minRequests: 1000", loads=_pair("healthy", failing=0.001)),
    Scenario("failing", FAIL, loads=_pair("failing", failing=0.05)),
    Scenario("failing-entirely", FAIL, loads=_pair("failing-entirely", failing=1.0)),
    Scenario("failing-in-grpc", FAIL, RATE, loads=_pair("failing-in-grpc", failing=0.05, grpc=True)),
    Scenario("well-in-grpc", PASS, RATE, loads=_pair("well-in-grpc", grpc=True)),
    Scenario("slow", FAIL, _only("{latency: {max: 500}}"), loads=_pair("slow", slow=2000.0)),
    Scenario("worse", FAIL, _only("{successRateDrop: {max: 1}}"), loads=_pair("worse", failing=0.03)),
    Scenario("slower", FAIL, _only('{latencyRatio: {max: "1.5"}}'), loads=_pair("slower", slow=400.0)),
    Scenario("without-requests", INCONCLUSIVE, loads=_pair("without-requests", ended=NOW - 1200)),
    Scenario("unknown", INCONCLUSIVE),
    Scenario("alone", INCONCLUSIVE, loads=(_load("alone"),)),
    Scenario("few", INCONCLUSIVE, RATE, settings="minRequests: 100", loads=_pair("few", rate=0.1, failing=0.5)),
    Scenario("young", INCONCLUSIVE, since=NOW - 180, loads=_pair("young", began=NOW - 900)),
    Scenario("just-there", INCONCLUSIVE, RATE, loads=_pair("just-there", began=NOW - 150)),
    Scenario(
        "mended",
        PASS,
        RATE,
        since=NOW - 300,
        loads=(_load("mended", failing=0.5, mended=NOW - 300),),
    ),
    Scenario("clusters", FAIL, RATE, settings='labels: {cluster: "eu-1"}', loads=_clusters("clusters", "eu-1")),
    Scenario(
        "clusters-well", PASS, RATE, settings='labels: {cluster: "eu-1"}', loads=_clusters("clusters-well", "us-1")
    ),
    Scenario(
        "ambient",
        PASS,
        RATE,
        top=GRPC,
        loads=(_load("ambient", reporter="waypoint"), _load("ambient", reporter="source")),
    ),
    Scenario(
        "ambient-gateway",
        FAIL,
        RATE,
        top=GRPC,
        loads=(
            _load("ambient-gateway", reporter="waypoint"),
            _load("ambient-gateway", reporter="source", failing=0.1),
        ),
    ),
    Scenario(
        "own",
        PASS,
        _only('{query: \'sum(orders_waiting{namespace="{{namespace}}",app="{{service}}"})\', min: 1, max: 1}'),
        others=(
            'orders_waiting{namespace="services-v2",app="own"}',
            'orders_waiting{namespace="services-v1",app="own"}',
        ),
    ),
    Scenario(
        "several",
        INCONCLUSIVE,
        _only("{query: 'orders_waiting{app=\"{{service}}\"}', max: 5}"),
        others=('orders_waiting{app="several",pod="a"}', 'orders_waiting{app="several",pod="b"}'),
    ),
    Scenario("infinite", INCONCLUSIVE, _only("{query: 'vector(1) / 0', min: 1}")),
    Scenario("no-number", INCONCLUSIVE, _only("{query: 'vector(0) / 0', min: 0}")),
    Scenario("scalar", PASS, _only("{query: '2 * 3', min: 6, max: 6}")),
)


def history() -> str:
    """Return all that the mesh counted, in OpenMetrics."""
    loads = chain.from_iterable(each.loads for each in SCENARIOS)
    return past(loads, chain.from_iterable(each.others for each in SCENARIOS), START, NOW)

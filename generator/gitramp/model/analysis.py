"""What is asked of the metrics of a canary before its weight goes up: queries, their thresholds, and how many points.

Owns the vocabulary of analyses, and that of the queries in them. Must not know PromQL, nor how a verdict is reached:
that is in `analysis`. Nothing of it is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitramp.model.key import Named, Placed, key

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_SPAN: dict[str, Any] = {
    "pattern": r"^[1-9][0-9]{0,3}[smh]$",
    "x_hint": "write a whole number of seconds, minutes or hours, such as 30s, 5m or 1h",
}
# A format without fractions says them as text: 99.9 in YAML is another number in every reader.
_NUMBER: dict[str, Any] = {
    "pattern": r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$",
    "x_hint": 'write a whole number, or one with a fraction in quotes, such as "99.9"',
}
_PERCENTILE: dict[str, Any] = {
    "pattern": r"^[1-9][0-9]?(\.[0-9]{1,3})?$",
    "minimum": 1,
    "maximum": 99,
    "x_hint": 'choose a percentile from 1 to 99.999, the latter in quotes: 50, 99, "99.9"',
}

PLACEHOLDERS = (
    "service",
    "environment",
    "track",
    "workload",
    "namespace",
    "stableTrack",
    "stableWorkload",
    "stableNamespace",
    "interval",
)
"""What stands for something in a query of one's own, in double braces, of which PromQL itself has no use."""
PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)

Number = int | str
"""A number as overlays say it: a whole one, or text for one with a fraction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessRate(Placed):
    """The percent of the canary's requests that its pods do not fail: neither by a status 5xx nor by gRPC's like."""

    least: Number = key("The least percent that is good.", name="min", example="99.5", **_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessRateDrop(Placed):
    """By how many percentage points the canary's success rate is below that of stable in the same time."""

    most: Number = key("The most that is good.", name="max", example=1, **_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency(Placed):
    """In how many milliseconds that percent of the canary's requests are answered."""

    percentile: Number = key("Percent of the requests.", example=99, default=99, **_PERCENTILE)
    most: Number = key("The most milliseconds that are good.", name="max", example=500, **_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRatio(Placed):
    """How many times as long the canary takes as stable in the same time."""

    percentile: Number = key("Percent of the requests, of both.", example=99, default=99, **_PERCENTILE)
    most: Number = key("The most times that are good.", name="max", example="1.2", **_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisQuery(Named):
    """One thing that is asked: a ready-made query on Istio's standard metrics, or a `query` of one's own."""

    success_rate: SuccessRate | None = key(
        "The percent of the canary's requests that do not fail on its side.", example={"min": 99}, default=None
    )
    success_rate_drop: SuccessRateDrop | None = key(
        "The canary's success rate held against stable's.", example={"max": 1}, default=None
    )
    latency: Latency | None = key(
        "The time of the canary's answers.", example={"percentile": 99, "max": 500}, default=None
    )
    latency_ratio: LatencyRatio | None = key(
        "The time of the canary's answers held against stable's.",
        example={"percentile": 99, "max": "1.2"},
        default=None,
    )
    query: str = key(
        "PromQL that gives one number. `{{service}}`, `{{environment}}`, `{{track}}`, `{{workload}}`, `{{namespace}}`, "
        "those of stable as `{{stableTrack}}`, `{{stableWorkload}}`, `{{stableNamespace}}`, and `{{interval}}` stand "
        "for what they name.",
        example='sum(rate(orders_failed_total{namespace="{{namespace}}"}[{{interval}}]))',
        default="",
        minLength=1,
        maxLength=2000,
    )
    least: Number | None = key(
        "With `query`: the least number that is good.", name="min", example=1, default=None, **_NUMBER
    )
    most: Number | None = key(
        "With `query`: the greatest number that is good.", name="max", example=5, default=None, **_NUMBER
    )

    @property
    def ready_made(self) -> Mapping[str, Placed]:
        """The ready-made queries that are said, by their keys; a sound query says one or a `query`."""
        said = {
            "successRate": self.success_rate,
            "successRateDrop": self.success_rate_drop,
            "latency": self.latency,
            "latencyRatio": self.latency_ratio,
        }
        return {name: each for name, each in said.items() if each is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis(Placed):
    """What Prometheus is asked about a canary: each query at `count` moments, `interval` apart, the last one now."""

    interval: str = key(
        "The time between two points, and the time that each of them looks back; at least twice the time between two "
        "scrapes.",
        example="1m",
        default="1m",
        **_SPAN,
    )
    count: int = key("How many points of each query are looked at.", example=5, default=5, minimum=1, maximum=100)
    failures: int = key(
        "How many points of a query may be bad; one more and the canary fails.", example=1, default=0, minimum=0
    )
    initial_delay: str = key(
        "Time after a step that is not looked at, in which Argo CD or Flux brings it to the cluster.",
        example="3m",
        default="",
        **_SPAN,
    )
    min_requests: int = key(
        "Requests that the canary must have had in all of that time: with fewer, the metrics say nothing.",
        example=100,
        default=0,
        minimum=0,
    )
    labels: Mapping[str, str] = key(
        "Labels that the series of the ready-made queries must have besides, where one server knows several clusters.",
        example={"cluster": "production-eu"},
        default={},
    )
    queries: Mapping[str, AnalysisQuery] = key(
        "What is asked, by names of yours. The canary is healthy when all of them are.",
        example={"errors": {"successRate": {"min": 99}}},
        minProperties=1,
        maxProperties=20,
    )

    @property
    def interval_seconds(self) -> int:
        """The time between two points in seconds."""
        return _seconds(self.interval)

    @property
    def delay_seconds(self) -> int:
        """The time after a step that is not looked at, in seconds."""
        return _seconds(self.initial_delay) if self.initial_delay else 0

    @property
    def seconds(self) -> int:
        """The time after a step from which on every point can lie within it."""
        return self.delay_seconds + self.count * self.interval_seconds


def _seconds(span: str) -> int:
    return int(span[:-1]) * _SECONDS[span[-1]]

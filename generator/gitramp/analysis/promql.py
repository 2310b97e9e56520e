"""The ready-made queries, on the standard metrics of Istio.

Owns their PromQL, and how what an overlay says is put into one of its own. A track is known by its workload and
namespace, which every proxy reports, whichever address the request was sent to. Must not know thresholds.
https://istio.io/latest/docs/reference/config/metrics/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gitramp.model import Environment, Service, Track
from gitramp.model.analysis import PLACEHOLDER

# Statuses with which a server says that it failed, not that the request was wrong. Requests without gRPC have none.
# https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
_GOOD = 'response_code!~"5..",grpc_response_status!~"2|4|12|13|14|15"'
# A pod's sidecar reports what reaches it. In ambient mode pods have no proxy: the waypoint reports what comes from
# inside, the ingress gateway, which passes waypoints by, what comes from outside.
# https://istio.io/latest/docs/ambient/migrate/enable-ambient-mode/
_REPORTERS: Mapping[str, str] = {"sidecar": 'reporter="destination"', "ambient": 'reporter=~"waypoint|source"'}
_ANY_REPORTER = 'reporter="source"'


@dataclass(frozen=True, slots=True)
class Workload:
    """The pods of a track, as the mesh's proxies report them."""

    track: str
    name: str
    namespace: str
    reporter: str
    labels: Mapping[str, str]

    @classmethod
    def of(cls, environment: Environment, service: Service, track: Track, labels: Mapping[str, str]) -> Workload:
        """Return the pods of a track; `labels` are what their series have besides."""
        return cls(
            track.name,
            environment.track_object(service, track),
            environment.track_namespace(service, track),
            _REPORTERS.get(environment.platform.mesh, _ANY_REPORTER),
            labels,
        )

    def _selected(self, metric: str, further: str = "") -> str:
        own = {"destination_workload": self.name, "destination_workload_namespace": self.namespace, **self.labels}
        labels = [self.reporter, *(f"{name}={quoted(value)}" for name, value in own.items())]
        return f"{metric}{{{','.join([*labels, *([further] if further else [])])}}}"

    def success_rate(self, interval: str) -> str:
        """Return the query for the percent of requests that did not fail.

        A series that was never written is no series: when all requests fail, `vector(0)` stands for those that do not.
        """
        good = self._selected("istio_requests_total", _GOOD)
        every = self._selected("istio_requests_total")
        return f"100 * (sum(rate({good}[{interval}])) or vector(0)) / sum(rate({every}[{interval}]))"

    def requests(self, interval: str) -> str:
        """Return the query for the number of requests."""
        return f"sum(increase({self._selected('istio_requests_total')}[{interval}]))"

    def latency(self, percentile: str, interval: str) -> str:
        """Return the query for the milliseconds in which so many percent of the requests were answered."""
        buckets = self._selected("istio_request_duration_milliseconds_bucket")
        return f"histogram_quantile({_fraction(percentile)}, sum by (le) (rate({buckets}[{interval}])))"


def difference(one: str, other: str) -> str:
    """Return the query for how much more the one is than the other."""
    return f"({one}) - ({other})"


def ratio(one: str, other: str) -> str:
    """Return the query for how many times the other the one is."""
    return f"({one}) / ({other})"


def filled(query: str, values: Mapping[str, str]) -> str:
    """Put what placeholders stand for into a query, in a form that ends no text of PromQL."""
    return PLACEHOLDER.sub(lambda found: _escaped(values[found[1]]), query)


def quoted(text: str) -> str:
    """Write a text of PromQL."""
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """Escape what could end a text of PromQL, in either of its quotes.

    https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals
    """
    escapes = {"\\": "\\\\", '"': '\\"', "'": "\\'", "\n": "\\n"}
    return "".join(escapes.get(character, character) for character in text)


def _fraction(percentile: str) -> str:
    """Write a percentile as a quantile, digit by digit: 99.9 is 0.999, not 0.9990000000000001."""
    whole, _, rest = percentile.partition(".")
    return f"0.{whole.zfill(2)}{rest}".rstrip("0")

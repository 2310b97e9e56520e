"""The standard metrics of a mesh without a mesh: what Istio's proxies count for requests of a made-up load.

Owns their names, labels and buckets. Must not know who asks for them.
https://istio.io/latest/docs/reference/config/metrics/
"""

from __future__ import annotations

import contextlib
import http.server
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

BUCKETS = (
    "0.5", "1", "5", "10", "25", "50", "100", "250", "500", "1000", "2500", "5000", "10000", "30000", "60000", "300000",
    "600000", "1800000", "3600000", "+Inf",
)  # fmt: skip
SCRAPE = 15


@dataclass(frozen=True, slots=True)
class Load:
    """Requests to a workload: how many a second, from when until when, and which share fails, until it is mended.

    A tenth of them takes `slow` milliseconds, the others take 20. A gRPC request that fails has status 200, and says so
    in its own way.
    """

    workload: str
    namespace: str
    rate: float = 20.0
    failing: float = 0.0
    slow: float = 40.0
    began: int = 0
    ended: int = 1 << 40
    mended: int = 1 << 40
    reporter: str = "destination"
    grpc: bool = False
    cluster: str = ""

    def samples(self, moment: float) -> Iterator[tuple[str, float]]:
        """Yield each series with its number at a moment, none before the first request."""
        if moment < self.began:
            return
        every = self.rate * (min(moment, self.ended) - self.began)
        bad = self.rate * self.failing * (min(moment, self.ended, self.mended) - self.began)
        if every > bad or not self.failing:
            yield self._series("istio_requests_total", ("200", "0" if self.grpc else "")), every - bad
        if self.failing:
            yield self._series("istio_requests_total", ("200", "14") if self.grpc else ("503", "")), bad
        name = "istio_request_duration_milliseconds"
        for bucket in BUCKETS:
            share = 0.9 * (float(bucket) >= 20) + 0.1 * (float(bucket) >= self.slow)
            yield self._series(f"{name}_bucket", ("200", ""), f',le="{bucket}"'), every * share
        yield self._series(f"{name}_count", ("200", "")), every
        yield self._series(f"{name}_sum", ("200", "")), every * (0.9 * 20 + 0.1 * self.slow)

    def _series(self, metric: str, status: tuple[str, str], more: str = "") -> str:
        labels = {
            "reporter": self.reporter,
            "source_workload": "istio-ingressgateway",
            "source_workload_namespace": "istio-ingress",
            "destination_workload": self.workload,
            "destination_workload_namespace": self.namespace,
            "destination_service": f"{self.workload}.{self.namespace}.svc.cluster.local",
            "destination_service_name": self.workload,
            "destination_service_namespace": self.namespace,
            "request_protocol": "grpc" if self.grpc else "http",
            "response_code": status[0],
            "grpc_response_status": status[1],
            "response_flags": "-",
            "connection_security_policy": "mutual_tls",
            **({"cluster": self.cluster} if self.cluster else {}),
        }
        said = ",".join(f'{name}="{value}"' for name, value in labels.items())
        return f"{metric}{{{said}{more}}}"


def past(loads: Iterable[Load], others: Iterable[str], start: int, end: int) -> str:
    """Write what would have been scraped from `start` to `end`, in OpenMetrics; `others` stand still."""
    moments = range(start, end + 1, SCRAPE)
    told = [(series, value, at) for load in loads for at in moments for series, value in load.samples(at)]
    told += [(series, 1.0, at) for series in others for at in moments]
    families: dict[str, list[str]] = {}
    for series, value, at in told:
        families.setdefault(series.partition("{")[0], []).append(f"{series} {value:.3f} {at}")
    return "\n".join([*chain.from_iterable(families.values()), "# EOF", ""])


@contextlib.contextmanager
def exporter(loads: Iterable[Load]) -> Iterator[str]:
    """Yield host and port of what tells the metrics of a load as it is now."""
    known = tuple(loads)

    class Metrics(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with all series."""
            now = time.time()
            body = "".join(f"{series} {value:.3f}\n" for load in known for series, value in load.samples(now)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metrics) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        try:
            yield f"127.0.0.1:{serving.server_port}"
        finally:
            serving.shutdown()

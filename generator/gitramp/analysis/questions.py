"""What to ask about a service's canary, and which answers are good.

Owns the way from `canary.analysis` to queries and thresholds. Must not know how queries are asked or answers judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gitramp.analysis import promql
from gitramp.analysis.promql import Workload
from gitramp.model import Analysis, AnalysisQuery, Environment, Service
from gitramp.model.analysis import Number
from gitramp.pointer import Pointer


@dataclass(frozen=True, slots=True)
class Threshold:
    """Which numbers are good: from `least` to `most`, either of them left open when it is empty."""

    least: str = ""
    most: str = ""
    unit: str = ""

    def admits(self, value: float) -> bool:
        """Say whether a number is good."""
        return not (self.least and value < float(self.least)) and not (self.most and value > float(self.most))

    def __str__(self) -> str:
        said = [f"{word} {bound}" for word, bound in (("at least", self.least), ("at most", self.most)) if bound]
        return " and ".join(said) + (f" {self.unit}" if self.unit else "")


@dataclass(frozen=True, slots=True)
class Question:
    """One query: its name, what it measures, its PromQL, which answers are good, and where the overlay says so.

    A `summed` one is about all points together, and with too little the others prove nothing.
    """

    name: str
    measures: str
    promql: str
    threshold: Threshold
    pointer: Pointer
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Inquiry:
    """All that is asked about the canary of a service: `count` points a query, `interval` seconds apart.

    `delay` are the seconds after a step that are not looked at; `failures` is how many points of a query may be bad.
    """

    environment: str
    service: str
    track: str
    interval: int
    count: int
    failures: int
    delay: int
    questions: tuple[Question, ...]


def inquiry(environment: Environment, service: Service) -> Inquiry | None:
    """Return what is asked about a service's canary, None when its overlay says no `canary.analysis`.

    At weight 100 nothing is held against stable, which has no requests any more.
    """
    canary = service.canary
    analysis = canary.analysis if canary else None
    if canary is None or analysis is None:
        return None
    subject = _Subject(environment, service, analysis)
    asked = (_question(subject, query) for _, query in sorted(analysis.queries.items()))
    questions = (*_requests(subject), *(each for each in asked if each is not None))
    return Inquiry(
        environment.name,
        service.name,
        canary.track,
        analysis.interval_seconds,
        analysis.count,
        analysis.failures,
        analysis.delay_seconds,
        questions,
    )


@dataclass(frozen=True, slots=True)
class _Subject:
    """What the questions are about."""

    environment: Environment
    service: Service
    analysis: Analysis

    @property
    def canary(self) -> Workload:
        assert self.service.canary is not None
        track = self.service.tracks[self.service.canary.track]
        return Workload.of(self.environment, self.service, track, self.analysis.labels)

    @property
    def stable(self) -> Workload:
        return Workload.of(self.environment, self.service, self.service.stable_track, self.analysis.labels)

    @property
    def is_alone(self) -> bool:
        """Whether the canary has all the traffic."""
        return self.service.canary is not None and self.service.canary.weight == 100


def _requests(subject: _Subject) -> Iterator[Question]:
    analysis = subject.analysis
    if analysis.min_requests:
        asked = subject.canary.requests(analysis.interval)
        least = Threshold(least=str(analysis.min_requests))
        yield Question("minRequests", "requests", asked, least, analysis.at("minRequests"), summed=True)


def _question(subject: _Subject, said: AnalysisQuery) -> Question | None:
    interval, canary, stable = subject.analysis.interval, subject.canary, subject.stable
    if said.success_rate:
        threshold = Threshold(least=str(said.success_rate.least), unit="%")
        return Question(said.name, "success rate", canary.success_rate(interval), threshold, said.pointer)
    if said.latency:
        percentile, threshold = str(said.latency.percentile), Threshold(most=str(said.latency.most), unit="ms")
        asked = canary.latency(percentile, interval)
        return Question(said.name, f"latency p{percentile}", asked, threshold, said.pointer)
    if said.query:
        threshold = Threshold(_text(said.least), _text(said.most))
        return Question(said.name, "query", promql.filled(said.query, _values(subject)), threshold, said.pointer)
    return None if subject.is_alone else _comparison(said, canary, stable, interval)


def _comparison(said: AnalysisQuery, canary: Workload, stable: Workload, interval: str) -> Question:
    if said.success_rate_drop:
        asked = promql.difference(stable.success_rate(interval), canary.success_rate(interval))
        threshold = Threshold(most=str(said.success_rate_drop.most), unit="points")
        return Question(said.name, "success rate below stable's", asked, threshold, said.pointer)
    assert said.latency_ratio is not None  # GR293: a query says one of them
    percentile = str(said.latency_ratio.percentile)
    asked = promql.ratio(canary.latency(percentile, interval), stable.latency(percentile, interval))
    threshold = Threshold(most=str(said.latency_ratio.most), unit="times stable's")
    return Question(said.name, f"latency p{percentile}", asked, threshold, said.pointer)


def _text(number: Number | None) -> str:
    return "" if number is None else str(number)


def _values(subject: _Subject) -> dict[str, str]:
    canary, stable = subject.canary, subject.stable
    return {
        "service": subject.service.name,
        "environment": subject.environment.name,
        "track": canary.track,
        "workload": canary.name,
        "namespace": canary.namespace,
        "stableTrack": stable.track,
        "stableWorkload": stable.name,
        "stableNamespace": stable.namespace,
        "interval": subject.analysis.interval,
    }

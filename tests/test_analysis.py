"""Questions that follow from an overlay, and the laws of verdicts: what is missing never passes, only bad ones fail."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitramp.analysis import Health, Inquiry, Question, State, Threshold, Verdict, evidence, inquiry, verdict
from gitramp.pipeline import build
from gitramp.samples import Answer, Window
from gitramp.source import Snapshot

HEAD = "apiVersion: gitramp/v1alpha1\nkind: Environment\n"
SERVICE = """services:
  search:
    port: 8080
    tracks: {v1: {image: "ghcr.io/acme/search:1.4.2"}, v2: {image: "ghcr.io/acme/search:1.5.0"}}
    stable: v1
    canary: {track: v2, weight: %d, analysis: {%s}}
"""
NOW = 1_800_000_000


def asked(analysis: str, *, weight: int = 10, top: str = "") -> Inquiry:
    text = f"{HEAD}{top}{SERVICE % (weight, analysis)}".encode()
    (built,) = build(Snapshot({"environments/production.yaml": text}))
    said = inquiry(built.environment, built.environment.services["search"])
    assert said is not None
    return said


def promql(query: str, **options: Any) -> str:
    (question,) = asked(f"queries: {{it: {query}}}", **options).questions
    return question.promql


# What is asked.

CANARY = 'reporter="destination",destination_workload="search",destination_workload_namespace="services-v2"'
STABLE = CANARY.replace("v2", "v1")
GOOD = 'response_code!~"5..",grpc_response_status!~"2|4|12|13|14|15"'


def rate_of(track: str) -> str:
    good, every = f"istio_requests_total{{{track},{GOOD}}}[1m]", f"istio_requests_total{{{track}}}[1m]"
    return f"100 * (sum(rate({good})) or vector(0)) / sum(rate({every}))"


def test_success_rate_counts_what_does_not_fail() -> None:
    assert promql("{successRate: {min: 99}}") == rate_of(CANARY)


def test_comparisons_hold_the_canary_against_stable() -> None:
    assert promql("{successRateDrop: {max: 1}}") == f"({rate_of(STABLE)}) - ({rate_of(CANARY)})"
    asked_for = promql("{latencyRatio: {percentile: 50, max: 2}}")
    canary, _, stable = asked_for.partition(" / ")
    assert canary.replace("v2", "v1") == stable


@pytest.mark.parametrize(
    ("percentile", "quantile"),
    [("99", "0.99"), ("50", "0.5"), ("5", "0.05"), ('"99.9"', "0.999"), ('"7.25"', "0.0725")],
)
def test_percentile_is_a_quantile_to_the_digit(percentile: str, quantile: str) -> None:
    said = promql(f"{{latency: {{percentile: {percentile}, max: 500}}}}")
    buckets = f"istio_request_duration_milliseconds_bucket{{{CANARY}}}[1m]"
    assert said == f"histogram_quantile({quantile}, sum by (le) (rate({buckets})))"


def test_in_ambient_mode_waypoint_and_gateway_report() -> None:
    said = promql("{successRate: {min: 99}}", top="platform: {mesh: ambient, ingress: gateway-api}\n")
    assert 'reporter=~"waypoint|source"' in said
    assert "destination" + '"' not in said.replace("destination_", "")


def test_track_in_a_namespace_with_others_is_known_by_its_own_name() -> None:
    text = f"{HEAD}{SERVICE % (10, 'queries: {it: {successRate: {min: 99}}}')}    namespace: shop\n".encode()
    (built,) = build(Snapshot({"environments/production.yaml": text}))
    said = inquiry(built.environment, built.environment.services["search"])
    assert said is not None
    assert 'destination_workload="search-v2",destination_workload_namespace="shop"' in said.questions[0].promql


def test_labels_narrow_every_ready_made_query() -> None:
    queries = "queries: {one: {successRateDrop: {max: 1}}, two: {latency: {max: 1}}}"
    for question in asked(f"labels: {{zone: a, cluster: 'e\"u'}}, minRequests: 1, {queries}").questions:
        assert question.promql.count("destination_workload=") == question.promql.count('cluster="e\\"u",zone="a"')


def test_placeholders_stand_for_names() -> None:
    text = (
        "{{service}} {{environment}} {{track}} {{ workload }} {{namespace}} {{stableTrack}} {{stableWorkload}} "
        "{{stableNamespace}} {{interval}}"
    )
    said = promql(f"{{query: '{text}', max: 1}}")
    assert said == "search production v2 search services-v2 v1 search services-v1 1m"


def test_number_of_requests_is_asked_first() -> None:
    first, second = asked("minRequests: 50, queries: {it: {successRate: {min: 99}}}").questions
    assert first.promql == f"sum(increase(istio_requests_total{{{CANARY}}}[1m]))"
    assert (first.summed, second.summed) == (True, False)


def test_nothing_is_held_against_a_stable_track_without_requests() -> None:
    both = "queries: {one: {successRateDrop: {max: 1}}, other: {successRate: {min: 99}}}"
    assert [each.name for each in asked(both).questions] == ["one", "other"]
    assert [each.name for each in asked(both, weight=100).questions] == ["other"]
    alone = asked("queries: {one: {latencyRatio: {max: 2}}}", weight=100)
    assert verdict(alone, {}, NOW, 0).health is Health.INCONCLUSIVE


def test_service_without_an_analysis_is_asked_nothing() -> None:
    text = f"{HEAD}{SERVICE % (10, 'queries: {it: {successRate: {min: 99}}}')}".replace(", analysis:", "} #").encode()
    (built,) = build(Snapshot({"environments/production.yaml": text}))
    assert inquiry(built.environment, built.environment.services["search"]) is None


def test_analysis_changes_nothing_that_is_rendered() -> None:
    text = f"{HEAD}{SERVICE % (10, 'queries: {it: {successRate: {min: 99}}}')}"
    plain = text.replace(", analysis:", "} #")
    made = [build(Snapshot({"environments/production.yaml": each.encode()}))[0].manifests for each in (text, plain)]
    assert [each.body for each in made[0]] == [each.body for each in made[1]]


# Verdicts. Good is 99 or more.

GOOD_ENOUGH = Question("it", "success rate", "up", Threshold(least="99", unit="%"), ())
ENOUGH = Question("minRequests", "requests", "up", Threshold(least="100"), (), summed=True)


def of(
    count: int = 3, failures: int = 0, *, delay: int = 0, questions: tuple[Question, ...] = (GOOD_ENOUGH,)
) -> Inquiry:
    return Inquiry("production", "search", "v2", 60, count, failures, delay, questions)


def series(*values: float | None, end: int = NOW) -> Answer:
    moments = Window(end, 60, len(values)).moments
    return Answer({at: value for at, value in zip(moments, values, strict=True) if value is not None})


def health(what: Inquiry, *values: float | None, since: int = 0) -> Health:
    return verdict(what, {"it": series(*values)}, NOW, since).health


def test_all_points_good_is_a_pass() -> None:
    assert health(of(), 99, 100, 99.5) is Health.PASS


def test_one_bad_point_more_than_may_be_is_a_fail() -> None:
    assert health(of(failures=1), 99, 98, 100) is Health.PASS
    assert health(of(failures=1), 98, 98, 100) is Health.FAIL


@pytest.mark.parametrize("odd", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_inconclusive(odd: float | None) -> None:
    assert health(of(), 99, odd, 99) is Health.INCONCLUSIVE
    assert health(of(), odd, odd, odd) is Health.INCONCLUSIVE


def test_bad_points_fail_though_others_are_missing() -> None:
    assert health(of(), 98, None, None) is Health.FAIL


def test_points_that_look_at_the_time_before_the_step_do_not_count() -> None:
    assert health(of(), 99, 99, 99, since=NOW - 180) is Health.PASS
    assert health(of(), 99, 99, 99, since=NOW - 179) is Health.INCONCLUSIVE
    assert health(of(), 0, 99, 99, since=NOW - 179) is Health.INCONCLUSIVE
    assert health(of(delay=60), 0, 99, 99, since=NOW - 239) is Health.INCONCLUSIVE
    assert health(of(delay=60), 0, 99, 99, since=NOW - 240) is Health.FAIL


def test_answer_with_a_fault_is_inconclusive_and_says_it() -> None:
    told = verdict(of(), {"it": Answer(series(99, 99, 99).points, fault="3 series instead of one number")}, NOW, 0)
    assert told.health is Health.INCONCLUSIVE
    assert told.why == "it: 3 series instead of one number"


def test_too_few_requests_prove_neither_health_nor_failure() -> None:
    questions = (ENOUGH, GOOD_ENOUGH)

    def judged(requests: Answer, *values: float) -> Health:
        answers = {"minRequests": requests, "it": series(*values)}
        return verdict(of(questions=questions), answers, NOW, 0).health

    assert judged(series(50, 40, 10), 99, 99, 99) is Health.PASS
    assert judged(series(50, 40, 10), 0, 0, 0) is Health.FAIL
    assert judged(series(50, 40, 9), 0, 0, 0) is Health.INCONCLUSIVE
    assert judged(Answer(), 99, 99, 99) is Health.INCONCLUSIVE


def test_requests_from_before_the_step_do_not_count() -> None:
    answers = {"minRequests": series(1000, 50, 40), "it": series(99, 99, 99)}
    told = verdict(of(questions=(ENOUGH, GOOD_ENOUGH)), answers, NOW, NOW - 179)
    assert told.rulings[0].health is Health.INCONCLUSIVE
    assert told.rulings[0].why == "90 requests"


def test_nothing_asked_is_nothing_known() -> None:
    assert verdict(of(questions=()), {}, NOW, 0).health is Health.INCONCLUSIVE
    assert (
        verdict(of(questions=(ENOUGH,)), {"minRequests": series(200, 200, 200)}, NOW, 0).health is Health.INCONCLUSIVE
    )


VALUES = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 100))
ROWS = st.lists(VALUES, min_size=1, max_size=8)
SINCE = st.integers(NOW - 600, NOW + 60)


@given(row=ROWS, failures=st.integers(0, 9), since=SINCE)
def test_pass_needs_a_number_at_every_point_after_the_step(row: list[float | None], failures: int, since: int) -> None:
    told = verdict(of(len(row), failures), {"it": series(*row)}, NOW, since)
    if told.health is Health.PASS:
        assert all(value is not None and math.isfinite(value) for value in row)
        assert all(point.moment - 60 >= since for point in told.rulings[0].points)
        assert sum(value < 99 for value in row if value is not None) <= failures


@given(row=ROWS, failures=st.integers(0, 9), since=SINCE, more=st.sets(st.integers(0, 7)))
def test_worse_points_never_make_a_better_verdict(
    row: list[float | None], failures: int, since: int, more: set[int]
) -> None:
    worse = [0.0 if position in more else value for position, value in enumerate(row)]
    before, after = (health(of(len(row), failures), *each, since=since) for each in (row, worse))
    if before is Health.FAIL:
        assert after is Health.FAIL


@given(row=ROWS, failures=st.integers(0, 9), since=SINCE, gone=st.sets(st.integers(0, 7), min_size=1))
def test_what_goes_missing_never_makes_a_pass(
    row: list[float | None], failures: int, since: int, gone: set[int]
) -> None:
    less = [None if position in gone else value for position, value in enumerate(row)]
    if less != row:
        assert health(of(len(row), failures), *less, since=since) is not Health.PASS


@given(row=ROWS, failures=st.integers(0, 9), order=st.randoms(use_true_random=False))
def test_order_in_which_points_are_told_does_not_matter(row: list[float | None], failures: int, order: Any) -> None:
    points = list(series(*row).points.items())
    shuffled = list(points)
    order.shuffle(shuffled)
    told = [verdict(of(len(row), failures), {"it": Answer(dict(each))}, NOW, 0).health for each in (points, shuffled)]
    assert told[0] is told[1]


@given(rows=st.lists(ROWS, min_size=2, max_size=4), since=SINCE)
def test_canary_is_as_healthy_as_the_worst_that_is_asked(rows: list[list[float | None]], since: int) -> None:
    names = [f"q{number}" for number in range(len(rows))]
    questions = tuple(Question(name, "success rate", "up", GOOD_ENOUGH.threshold, ()) for name in names)
    answers = {name: series(*row) for name, row in zip(names, rows, strict=True)}
    told = verdict(of(3, questions=questions), answers, NOW, since)
    single = {ruling.health for ruling in told.rulings}
    worst = (Health.FAIL, Health.INCONCLUSIVE, Health.PASS)
    assert told.health is next(each for each in worst if each in single)


# Evidence.


def told(answers: Mapping[str, Answer], since: int = 0) -> Verdict:
    return verdict(of(questions=(ENOUGH, GOOD_ENOUGH)), answers, NOW, since)


def test_evidence_has_each_query_with_its_threshold_and_points() -> None:
    said = told({"minRequests": series(50, 60.25, 70), "it": series(99.1234567, 97.1, None)})
    assert evidence(said) == (
        "Metrics of search@production v2 at 2027-01-15 08:00:00 UTC: fail\n"
        "- minRequests: pass, requests at least 100: 180 requests\n"
        "  50 60.25 70\n"
        "- it: fail, success rate at least 99 %: 1 of 3 points is bad\n"
        "  99.123 97.1! -"
    )


def test_evidence_marks_points_from_before_the_step_and_passes_warnings_on() -> None:
    answers = {"it": Answer(series(99, 99, 1e-9).points, warnings=("a store was not asked",))}
    said = evidence(told(answers, NOW - 100))
    assert "  (99) (99) 1e-09!" in said
    assert said.endswith("- the server warns: it: a store was not asked")


@given(rows=st.lists(ROWS, min_size=2, max_size=2), since=SINCE)
def test_evidence_is_deterministic_and_fits(rows: list[list[float | None]], since: int) -> None:
    answers = {"minRequests": series(*rows[0]), "it": series(*rows[1])}
    once, again = (evidence(told(dict(each), since)) for each in (answers.items(), reversed(answers.items())))
    assert once == again
    assert all(len(line) <= 72 for line in once.splitlines())


def test_states_have_words() -> None:
    assert {state.value for state in State} == {"good", "bad", "summed", "before the step", "no number"}

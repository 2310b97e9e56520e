"""A real Prometheus is asked about canaries, promtool about the queries; what `make test` has recorded is current."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conformance import prometheus, recording
from conformance.mesh_metrics import Load, exporter
from conformance.scenarios import FAIL, INCONCLUSIVE, NOW, PASS, SCENARIOS, Scenario, history
from gitramp.pipeline import Built, build
from gitramp.problem import ToolError
from gitramp.prometheus import server
from gitramp.source import Snapshot
from gitramp.verbs.health import health


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with prometheus.running(history()) as started:
        yield started


def built(scenario: Scenario) -> Built:
    (one,) = build(Snapshot({"environments/production.yaml": scenario.overlay.encode()}))
    return one


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_verdict_is_what_the_load_deserves(scenario: Scenario, address: str) -> None:
    told = health(built(scenario), {scenario.name: scenario.since}, server(address, {}), NOW)[scenario.name]
    assert told.health.value == scenario.verdict, told


def test_promtool_takes_every_query(tmp_path: Path) -> None:
    queries = {
        f"{each.name}:{number}".replace("-", "_"): query
        for each in SCENARIOS
        for number, (query, _) in enumerate(recording.questions(each))
    }
    assert len(queries) > len(SCENARIOS)
    assert not prometheus.check_rules(queries, tmp_path)


def test_promtool_takes_whatever_labels_are_made_of(tmp_path: Path) -> None:
    odd = replace(SCENARIOS[0], settings=r"""labels: {cluster: 'a"b\ {{x}} \n ü $1', it: ""}""")
    queries = {f"q{number}": query for number, (query, _) in enumerate(recording.questions(odd))}
    assert all(r'cluster="a\"b\\ {{x}} \\n ü $1",it=""' in query for query in queries.values())
    assert not prometheus.check_rules(queries, tmp_path)


def test_promtool_refuses_what_is_no_query(tmp_path: Path) -> None:
    assert "parse error" in prometheus.check_rules({"broken": "sum(rate(x[1m])"}, tmp_path)


def test_query_that_is_refused_is_named_with_its_line_and_what_prometheus_says(address: str) -> None:
    broken = replace(SCENARIOS[0], queries="broken: {query: 'sum(rate(x[1m])', max: 1}\n")
    with pytest.raises(ToolError) as refused:
        health(built(broken), {broken.name: 0}, server(address, {}), NOW)
    assert refused.value.code.number == "GR853"
    said = f"environments/production.yaml:17:11: {address} refuses query broken of healthy"
    assert refused.value.message == said
    assert "parse error: unclosed left parenthesis" in refused.value.details


def test_what_is_recorded_is_what_this_prometheus_answers(address: str) -> None:
    kept = json.loads(recording.TARGET.read_text())
    assert recording.record(address)["cases"] == kept["cases"], "run: python -m conformance.recording"


def test_load_that_runs_now_is_judged_as_it_is_scraped() -> None:
    """Nothing is made up but the load: Prometheus scrapes what counts, and is asked while it does."""
    began = int(time.time()) - 1
    loads = [
        Load(name, f"services-{track}", began=began, failing=0.1 * (name == "ill" and track == "v2"))
        for name in ("well", "ill")
        for track in ("v1", "v2")
    ]
    with exporter(loads) as target, prometheus.running(scrape=target) as started:
        for name, verdict in (("well", PASS), ("ill", FAIL)):
            overlay = Scenario(name, verdict).overlay.replace("interval: 1m", "interval: 2s\n        count: 2")
            (one,) = build(Snapshot({"environments/production.yaml": overlay.encode()}))
            assert _known(one, began, started) == verdict


def _known(one: Built, began: int, address: str) -> str:
    """Return the first verdict that is not inconclusive: at first there is nothing to look at."""
    (name,) = one.environment.services
    for _ in range(60):
        told = health(one, {name: began}, server(address, {}), int(time.time()))[name]
        if told.health.value != INCONCLUSIVE:
            return told.health.value
        time.sleep(1)
    pytest.fail(f"nothing is known of {name} after a minute: {told}")

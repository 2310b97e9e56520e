"""The health of canaries by what a real Prometheus answered: `tests/prometheus.json`, kept by `make metrics`."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gitramp import report
from gitramp.analysis import Verdict
from gitramp.pipeline import Built, build
from gitramp.problem import ToolError
from gitramp.prometheus import server
from gitramp.report.health import health_text
from gitramp.report.machine import envelope
from gitramp.source import Snapshot
from gitramp.verbs.health import health
from servers import Asked, Reply, serving

ROOT = Path(__file__).resolve().parents[1]
RECORDED: dict[str, Any] = json.loads((ROOT / "tests" / "prometheus.json").read_text())
CASES = {case["name"]: case for case in RECORDED["cases"]}
NOW: int = RECORDED["moment"]


def built(overlay: str) -> Built:
    (one,) = build(Snapshot({"environments/production.yaml": overlay.encode()}))
    return one


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve what was recorded; whatever else is asked is no query to this server."""
    replies = {reply["query"]: reply["reply"] for case in CASES.values() for reply in case["replies"]}

    def answer(asked: Asked) -> Reply:
        form = dict(urllib.parse.parse_qsl(asked.body.decode()))
        fits = (form["start"], form["end"], form["step"]) == (str(NOW - 240), str(NOW), "60")
        if asked.path == "/api/v1/query_range" and fits and form["query"] in replies:
            return Reply(200, json.dumps(replies[form["query"]]).encode())
        return Reply(400, b'{"status":"error","errorType":"bad_data","error":"not recorded"}')

    with serving(answer) as started:
        yield started


def judged(name: str, address: str) -> Verdict:
    case = CASES[name]
    return health(built(case["overlay"]), {name: case["since"]}, server(address, {}), NOW)[name]


@pytest.mark.parametrize("name", CASES)
def test_verdict_is_what_the_load_deserves(name: str, address: str) -> None:
    told = judged(name, address)
    assert told.health.value == CASES[name]["verdict"], told


def test_a_canary_is_well_ill_or_unknown_in_what_was_recorded() -> None:
    assert {case["verdict"] for case in CASES.values()} == {"pass", "fail", "inconclusive"}
    assert RECORDED["prometheus"]


def test_failing_canary_fails_for_its_failures(address: str) -> None:
    told = judged("failing", address)
    assert told.why == "drop: 5 of 5 points are bad; success: 5 of 5 points are bad"
    assert {each.question.name: each.health.value for each in told.rulings} == {
        "drop": "fail", "latency": "pass", "ratio": "pass", "success": "fail",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("unknown", "no series"),
        ("several", "2 series instead of one number"),
        ("without-requests", "5 of 5 points have no number"),
        ("young", "2 of 5 points look at the time before the step"),
        ("infinite", "5 of 5 points have no number"),
        ("few", "minRequests: 30 requests"),
    ],
)
def test_what_is_not_known_is_said(name: str, why: str, address: str) -> None:
    assert why in judged(name, address).why


def test_query_that_is_refused_is_named_with_its_line(address: str) -> None:
    overlay = CASES["scalar"]["overlay"].replace("2 * 3", "2 *")
    with pytest.raises(ToolError) as refused:
        health(built(overlay), {"scalar": 0}, server(address, {}), NOW)
    assert refused.value.message == f"environments/production.yaml:16:11: {address} refuses query asked of scalar"
    assert refused.value.details == "bad_data: not recorded\n2 *"


def test_canary_without_an_analysis_is_unknown(address: str) -> None:
    overlay = CASES["scalar"]["overlay"].partition("      analysis:")[0]
    told = health(built(overlay), {"scalar": 0}, server(address, {}), NOW)["scalar"]
    assert (told.health.value, told.why) == ("inconclusive", "`canary.analysis` is not said")


# How it is told.


def test_text_is_a_table(address: str) -> None:
    said = health_text([judged("failing", address)], report.Style())
    assert said.splitlines()[0] == (
        "failing@production v2 at 2026-05-28 20:27:00 UTC: fail, "
        "drop: 5 of 5 points are bad; success: 5 of 5 points are bad"
    )
    assert [line.split()[0] for line in said.splitlines()[1:]] == ["QUERY", "drop", "latency", "ratio", "success"]
    assert "success  success rate at least 99 %                    95! 95! 95! 95! 95!" in said


def test_text_of_several_has_them_apart_and_in_colour(address: str) -> None:
    said = health_text([judged("scalar", address), judged("infinite", address)], report.Style(colour=True))
    assert "\x1b[32mpass\x1b[0m" in said
    assert "\n\ninfinite@production" in said


def test_json_is_what_the_schema_says(address: str) -> None:
    verdicts = tuple(judged(name, address) for name in CASES)
    body = json.loads(envelope("canary check", 0, health=verdicts))
    schema = json.loads((ROOT / "schemas" / "result.schema.json").read_text())
    part = {"$ref": "#/$defs/verdict", "$defs": schema["$defs"]}
    assert len(body["health"]) == len(CASES)
    for told in body["health"]:
        jsonschema.Draft202012Validator(part).validate(told)
        assert "NaN" not in json.dumps(told)
        assert "Infinity" not in json.dumps(told)

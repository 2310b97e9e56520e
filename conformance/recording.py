"""What a real Prometheus answers, kept for tests that have none: `python -m conformance.recording` writes it anew.

Owns the file. It holds all that a test needs: overlays, verdicts, requests and replies, and whose replies they are.
"""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from conformance import prometheus
from conformance.scenarios import NOW, SCENARIOS, Scenario, history
from gitramp.analysis import inquiry
from gitramp.pipeline import build
from gitramp.samples import Window
from gitramp.source import Snapshot

TARGET = Path(__file__).resolve().parents[1] / "tests" / "prometheus.json"


def record(address: str) -> dict[str, Any]:
    """Ask a server that knows the past of the scenarios all that they ask."""
    cases = [
        {
            "name": each.name,
            "verdict": each.verdict,
            "overlay": each.overlay,
            "since": each.since,
            "replies": [{"query": query, "reply": _reply(address, query, window)} for query, window in questions(each)],
        }
        for each in SCENARIOS
    ]
    return {"prometheus": prometheus.version(), "moment": NOW, "cases": cases}


def questions(scenario: Scenario) -> list[tuple[str, Window]]:
    """Return what a scenario asks."""
    (built,) = build(Snapshot({"environments/production.yaml": scenario.overlay.encode()}))
    asked = inquiry(built.environment, built.environment.services[scenario.name])
    assert asked is not None
    return [(each.promql, Window(NOW, asked.interval, asked.count)) for each in asked.questions]


def _reply(address: str, query: str, window: Window) -> Any:
    form = {"query": query, "start": window.moments[0], "end": window.end, "step": window.interval}
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"{address}/api/v1/query_range", body, timeout=60) as answer:
        return json.loads(answer.read())


def text(recorded: dict[str, Any]) -> str:
    """Return the file."""
    return json.dumps(recorded, indent=1) + "\n"


if __name__ == "__main__":
    with prometheus.running(history()) as started:
        TARGET.write_text(text(record(started)), encoding="utf-8")

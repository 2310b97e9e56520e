"""Ask a Prometheus about the canaries of an environment, and judge the answers.

Owns the order: questions, answers, verdict. Asks about the past only, so nobody waits. Must not know Git: when a canary
took its last step is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gitramp import analysis, prometheus, provenance
from gitramp.analysis import Health, Inquiry, Question, Verdict
from gitramp.pipeline.build import Progress, silent
from gitramp.pipeline.built import Built
from gitramp.problem import ToolError
from gitramp.resource import Origin
from gitramp.samples import Answer, Window
from gitramp.source import show


def health(
    built: Built,
    since: Mapping[str, int],
    server: prometheus.Server,
    moment: int,
    progress: Progress = silent,
) -> Mapping[str, Verdict]:
    """Judge the canaries of some services at a moment; `since` has the moment of the last step of each, by service.

    Both are Unix seconds. A service without `canary.analysis` is inconclusive: nobody said what is healthy.
    Raises ToolError when Prometheus gives no answer; a query that it refuses is named with its overlay line.
    """
    return {name: _verdict(built, name, moment, began, server, progress) for name, began in since.items()}


def _verdict(
    built: Built, name: str, moment: int, since: int, server: prometheus.Server, progress: Progress
) -> Verdict:
    service = built.environment.services[name]
    asked = analysis.inquiry(built.environment, service)
    if asked is None:
        track = service.canary.track if service.canary else ""
        return Verdict(built.name, name, track, Health.INCONCLUSIVE, "`canary.analysis` is not said", moment, since)
    window = Window(moment, asked.interval, asked.count)
    answers = {}
    for question in asked.questions:
        progress(f"asking for {question.name} of {name}")
        answers[question.name] = _answer(built, asked, question, window, server)
    return analysis.verdict(asked, answers, moment, since)


def _answer(built: Built, asked: Inquiry, question: Question, window: Window, server: prometheus.Server) -> Answer:
    try:
        return prometheus.ask(server, question.promql, window)
    except ToolError as error:
        if error.code is not prometheus.REFUSED:
            raise
        place = provenance.place(Origin((question.pointer,)), built.values)
        message = f"{place}: {server.address} refuses query {question.name} of {asked.service}"
        details = f"{error.details}\n{show(question.promql, 500)}"
        raise replace(error, message=message, details=details) from None

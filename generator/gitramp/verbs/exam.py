"""Ask the metrics about the canaries that are about to go on.

Owns which of them are asked about, since when their numbers count, and who has to stay. Must not know how a verdict is
reached, nor what becomes of those that fail.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gitramp import prometheus
from gitramp.analysis import Health, Verdict
from gitramp.intents import Aim, Idle
from gitramp.pipeline.build import Progress
from gitramp.pipeline.built import Built
from gitramp.ramps.standing import Key, Stay
from gitramp.verbs.health import health


@dataclass(frozen=True, slots=True)
class Exam:
    """Whom to ask about canaries before they go on."""

    server: prometheus.Server


def examined(
    exam: Exam, aims: Sequence[Aim], before: Mapping[str, Built], stays: Mapping[Key, Stay] | None, progress: Progress
) -> tuple[tuple[Aim, Verdict], ...]:
    """Return the verdict on each canary with traffic; one without any has nothing that could be measured.

    `before` are the environments as they are, `stays` since when their canaries are. What was measured before that does
    not count; where nobody knows since when, nothing does. Without a repository there is no before: `stays` is None.
    """
    moment = int(time.time())
    found = []
    for aim in aims:
        canary = before[aim.environment].environment.services[aim.service].canary if aim.environment in before else None
        if canary is None or not (canary.weight or canary.match or canary.mirror):
            continue
        stay = stays.get((aim.service, aim.environment)) if stays is not None else None
        since = 0 if stays is None else stay.deed.time if stay and stay.deed else moment
        found.append((aim, health(before[aim.environment], {aim.service: since}, exam.server, moment, progress)))
    return tuple((aim, told[aim.service]) for aim, told in found)


def stopped(verdicts: Sequence[tuple[Aim, Verdict]]) -> Mapping[Aim, Idle]:
    """Return those that do not go on, with the reason; no data is never a pass."""
    return {
        aim: Idle(f"{verdict.track} is {_WORDS[verdict.health]}: {verdict.why}", waiting=True)
        for aim, verdict in verdicts
        if verdict.health is not Health.PASS
    }


_WORDS = {Health.FAIL: "not healthy", Health.INCONCLUSIVE: "neither healthy nor not"}

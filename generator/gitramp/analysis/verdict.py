"""What the answers mean: pass, fail, or that nothing can be said.

Owns the laws of a verdict: what is missing never passes, and only bad points fail. Must not know who answered.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gitramp.analysis.questions import Inquiry, Question
from gitramp.samples import Answer, Window


class Health(StrEnum):
    """What is known of a canary's health."""

    PASS = "pass"  # noqa: S105  no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


class State(StrEnum):
    """What a point counts for."""

    GOOD = "good"
    BAD = "bad"
    SUMMED = "summed"
    EARLY = "before the step"
    MISSING = "no number"


@dataclass(frozen=True, slots=True)
class Point:
    """An answer at a moment, in Unix seconds; the value is None when it is no finite number."""

    moment: int
    value: float | None
    state: State


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict on one question: its points, the first one first, and why it is so."""

    question: Question
    health: Health
    why: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a canary at a moment, `since` being that of its last step; `why` is in words of a sentence."""

    environment: str
    service: str
    track: str
    health: Health
    why: str
    moment: int
    since: int
    rulings: tuple[Ruling, ...] = ()
    warnings: tuple[str, ...] = ()


def verdict(asked: Inquiry, answers: Mapping[str, Answer], moment: int, since: int) -> Verdict:
    """Judge the answers to what was asked at a moment, by the names of the questions."""
    window = Window(moment, asked.interval, asked.count)
    rulings = tuple(_ruling(asked, each, answers.get(each.name, Answer()), window, since) for each in asked.questions)
    health, why = _overall(rulings)
    warned = (f"{name}: {said}" for name, answer in sorted(answers.items()) for said in answer.warnings)
    subject = (asked.environment, asked.service, asked.track)
    return Verdict(*subject, health, why, moment, since, rulings, tuple(dict.fromkeys(warned)))


def _overall(rulings: Sequence[Ruling]) -> tuple[Health, str]:
    """Join the rulings: too few requests prove nothing, else the worst counts; nothing asked is nothing known."""
    doubts = [each for each in rulings if each.health is Health.INCONCLUSIVE]
    failed = [each for each in rulings if each.health is Health.FAIL]
    few = [each for each in doubts if each.question.summed]
    if not [each for each in rulings if not each.question.summed]:
        return Health.INCONCLUSIVE, "nothing is asked"
    for told, health in ((few, Health.INCONCLUSIVE), (failed, Health.FAIL), (doubts, Health.INCONCLUSIVE)):
        if told:
            return health, "; ".join(f"{each.question.name}: {each.why}" for each in told)
    return Health.PASS, "all that is asked is good"


def _ruling(asked: Inquiry, question: Question, answer: Answer, window: Window, since: int) -> Ruling:
    earliest = since + asked.delay + asked.interval  # a point looks back over an interval
    points = tuple(_point(question, answer, moment, earliest) for moment in window.moments)
    health, why = _summed(question, points) if question.summed else _counted(asked.failures, points)
    if answer.fault and health is not Health.PASS:
        why = answer.fault
    return Ruling(question, health, why, points)


def _point(question: Question, answer: Answer, moment: int, earliest: int) -> Point:
    said = None if answer.fault else answer.points.get(moment)
    value = said if said is not None and math.isfinite(said) else None
    if moment < earliest:
        state = State.EARLY
    elif value is None:
        state = State.MISSING
    elif question.summed:
        state = State.SUMMED
    else:
        state = State.GOOD if question.threshold.admits(value) else State.BAD
    return Point(moment, value, state)


def _counted(failures: int, points: Sequence[Point]) -> tuple[Health, str]:
    number = {state: sum(point.state is state for point in points) for state in State}
    bad, every = number[State.BAD], len(points)
    borne = f", {failures} may be" if failures else ""
    if bad > failures:
        return Health.FAIL, f"{bad} of {every} points {_are(bad)} bad{borne}"
    if number[State.EARLY]:
        return Health.INCONCLUSIVE, f"{number[State.EARLY]} of {every} points look at the time before the step"
    if number[State.MISSING]:
        missing = number[State.MISSING]
        return Health.INCONCLUSIVE, f"{missing} of {every} points {'has' if missing == 1 else 'have'} no number"
    good = number[State.GOOD]
    return (Health.PASS if good + bad else Health.INCONCLUSIVE), f"{good} of {every} points {_are(good)} good{borne}"


def _summed(question: Question, points: Sequence[Point]) -> tuple[Health, str]:
    total = sum(point.value for point in points if point.state is State.SUMMED and point.value is not None)
    enough = question.threshold.admits(total)
    return (Health.PASS if enough else Health.INCONCLUSIVE), f"{total:.0f} {question.measures}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"

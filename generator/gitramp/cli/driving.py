"""`gitramp canary run`: advance, wait and check in a loop, for those without a scheduler.

Owns how long it waits and how it shows that. Must not know what a step is: each turn is a command of its own.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from gitramp import intents
from gitramp.analysis import Health
from gitramp.cli.acting import Done, Gate, abort_failed, how_of, perform
from gitramp.cli.carried import Asked
from gitramp.cli.console import Console
from gitramp.intents import Aim, Expected
from gitramp.problem import NotAtEnd, Unhealthy, UsageError
from gitramp.report.acted import done_text
from gitramp.report.driven import bar, ended_text, waiting_json, waiting_text
from gitramp.verbs import loop
from gitramp.verbs.act import How
from gitramp.verbs.land import Whereto
from gitramp.verbs.loop import Errand

_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Drive:
    """How a loop is driven: whether it promotes at the end, and in seconds how often it looks and how long at most."""

    promote: bool = False
    every: int = 30
    timeout: int = 0


@dataclass(frozen=True, slots=True)
class _Trip:
    """One loop: what all its turns share."""

    console: Console
    asked: Asked
    gate: Gate
    drive: Drive
    how: How


def run(asked: Asked, services: Sequence[str], gate: Gate, drive: Drive) -> int:
    """Drive ramps to their end."""
    if not (asked.push or asked.commit):
        raise UsageError("a loop needs commits that count: say --push, or --commit")
    trip = _Trip(asked.console, asked, gate, drive, how_of(asked, gate.exam()))
    return asked.console.run(lambda _: _driven(trip, services))


def _driven(trip: _Trip, services: Sequence[str]) -> int:
    asked, drive = trip.asked, trip.drive
    whereto = Whereto(asked.remote, asked.base) if asked.push else None
    began, told, ran = time.monotonic(), "", list[Done]()
    while True:
        lines = loop.seen(trip.console.workspace(), asked.environment or (), services, whereto)
        todo = loop.errand(lines, promote=drive.promote, examine=trip.gate.or_abort)
        if todo.ended:
            return _finish(trip, Unhealthy.exit_code if todo.aborted else 0, ended_text(todo, lines), todo, ran)
        healthy, made, reasons = _turn(trip, todo)
        ran += made
        todo = loop.stayed(todo, lines, reasons)
        if not healthy:
            return _finish(trip, Unhealthy.exit_code, "" if made else waiting_text(todo), todo, ran)
        if made:
            continue
        if drive.timeout and time.monotonic() - began > drive.timeout:
            text = f"Not at its end after {drive.timeout} s.\n{waiting_text(todo)}"
            return _finish(trip, NotAtEnd.exit_code, text, todo, ran)
        told = _wait(trip.console, todo, drive, told)


def _finish(trip: _Trip, exit_code: int, text: str, todo: Errand, ran: Sequence[Done]) -> int:
    if trip.asked.push and ran:
        text += "Your work tree is as it was: git pull brings the commits.\n"
    return trip.console.finish(exit_code, text, ran=tuple(ran), waiting=waiting_json(todo))


def _turn(trip: _Trip, todo: Errand) -> tuple[bool, list[Done], dict[Aim, str]]:
    """Make the steps that may be made; say whether all are healthy, what has been done, and why others stay."""
    made: list[Done] = []
    for aims, verb in ((todo.advance, intents.advance), (todo.promote, intents.promote)):
        if aims:
            made.append(_step(trip, verb(aims, Expected())))
    reasons = {aim: idle.reason for done in made for aim, idle in done.tried.amendment.idle}
    failed = [(aim, verdict) for done in made for aim, verdict in done.tried.verdicts if verdict.health is Health.FAIL]
    if failed and trip.gate.or_abort:
        made += [abort_failed(trip.console, trip.asked, aim, verdict) for aim, verdict in failed]
        reasons = {aim: why for aim, why in reasons.items() if aim not in dict(failed)}
    done_so = [done for done in made if done.tried.amendment.actions]
    for done in done_so:
        trip.console.say(done_text(done, stays=False))
    return not failed, done_so, reasons


def _step(trip: _Trip, intent: intents.Intent) -> Done:
    return perform(trip.console, trip.asked, lambda _: (intent,), trip.how)


def _wait(console: Console, todo: Errand, drive: Drive, told: str) -> str:
    """Wait until the next step may be made, but look again now and then: somebody may hold or abort it meanwhile."""
    now = int(time.time())
    until = todo.until or now + drive.every
    why = waiting_text(todo)
    if why != told:
        console.remark(why)
    end = min(until, now + drive.every)
    while (left := end - time.time()) > 0:
        console.bar(bar(now, until, int(time.time()), _WIDTH))
        time.sleep(min(1.0, left))
    return why

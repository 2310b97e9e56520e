"""`gitramp canary run`: advance, wait and check in a loop, for those without a scheduler.

Owns how long it waits and how it shows that. Must not know what a step is: each turn is a command of its own.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from gitramp import intents, pipeline, report
from gitramp.analysis import Health
from gitramp.cli.acting import Done, Gate, abort_failed, how_of, perform
from gitramp.cli.carried import Asked
from gitramp.cli.console import Console
from gitramp.intents import Expected
from gitramp.pipeline import loop
from gitramp.pipeline.loop import Errand
from gitramp.problem import Unhealthy, UsageError

_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Drive:
    """How a loop is driven: whether it promotes at the end, and in seconds how often it looks and how long at most."""

    promote: bool = False
    every: int = 30
    timeout: int = 0


def run(asked: Asked, services: Sequence[str], gate: Gate, drive: Drive) -> int:
    """Drive ramps to their end."""
    if asked.dry_run or asked.branch or not (asked.push or asked.commit):
        raise UsageError("a loop needs commits that count: say --push, or --commit")
    if asked.expect_weight is not None or asked.expect_image is not None:
        raise UsageError("--expect-weight and --expect-image are for one step, not for a loop of them")
    return asked.console.run(lambda console: _driven(console, asked, services, gate, drive))


def _driven(console: Console, asked: Asked, services: Sequence[str], gate: Gate, drive: Drive) -> int:
    how = how_of(asked, gate.exam())
    whereto = pipeline.Whereto(asked.remote, asked.base) if asked.push else None
    began = time.monotonic()
    told = ""
    while True:
        lines = loop.seen(console.workspace(), asked.environment or (), services, whereto)
        todo = loop.errand(lines, promote=drive.promote)
        if todo.ended:
            return _ended(console, todo)
        healthy, moved = _turn(console, asked, gate, how, todo)
        if not healthy:
            return console.finish(Unhealthy.exit_code)
        if moved:
            continue
        if drive.timeout and time.monotonic() - began > drive.timeout:
            return console.finish(Unhealthy.exit_code, f"Not at its end after {drive.timeout} s.\n")
        told = _wait(console, todo, drive, told)


def _ended(console: Console, todo: Errand) -> int:
    text = report.ended_text(todo)
    return console.finish(Unhealthy.exit_code if todo.aborted else 0, text)


def _turn(console: Console, asked: Asked, gate: Gate, how: pipeline.How, todo: Errand) -> tuple[bool, bool]:
    """Make the steps that may be made; say whether all canaries are healthy, and whether any has moved."""
    made: list[Done] = []
    for aims, verb in ((todo.advance, intents.advance), (todo.promote, intents.promote)):
        if aims:
            made.append(_step(console, asked, how, verb(aims, Expected())))
    failed = [(aim, verdict) for done in made for aim, verdict in done.tried.verdicts if verdict.health is Health.FAIL]
    if failed and gate.or_abort:
        made += [abort_failed(console, asked, aim, verdict) for aim, verdict in failed]
    for done in made:
        if done.tried.amendment.actions:
            console.say(report.done_text(done))
    return not failed, any(done.tried.amendment.actions for done in made)


def _step(console: Console, asked: Asked, how: pipeline.How, intent: intents.Intent) -> Done:
    return perform(console, asked, lambda _: (intent,), how)


def _wait(console: Console, todo: Errand, drive: Drive, told: str) -> str:
    """Wait until the next step may be made, but look again now and then: somebody may hold or abort it meanwhile."""
    now = int(time.time())
    until = todo.until or now + drive.every
    why = report.waiting_text(todo)
    if why != told:
        console.remark(why)
    end = min(until, now + drive.every)
    while (left := end - time.time()) > 0:
        console.bar(report.bar(now, until, int(time.time()), _WIDTH))
        time.sleep(min(1.0, left))
    return why

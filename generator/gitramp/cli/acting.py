"""What the commands do that carry an intent out.

Owns the way from their words to a wish, and from what became of it to text and exit code. Must not know option names.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gitramp import intents, prometheus, repo
from gitramp.analysis import Health, Verdict, evidence
from gitramp.cli.carried import Asked, Looked
from gitramp.cli.commands import people
from gitramp.cli.console import Console
from gitramp.intents import Aim, Expected, Intent
from gitramp.pipeline.message import Note
from gitramp.problem import Unhealthy, UsageError
from gitramp.report.acted import done_text
from gitramp.report.health import health_text
from gitramp.verbs import wishes
from gitramp.verbs.act import Acted, How, act
from gitramp.verbs.checkup import checkup
from gitramp.verbs.exam import Exam
from gitramp.verbs.land import Landed, Whereto, land

Done = Acted | Landed


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether metrics are asked before a canary goes on, of whom, and whether one that fails is aborted."""

    if_healthy: bool = False
    prometheus: str = ""
    or_abort: bool = False

    def exam(self) -> Exam | None:
        """Return whom to ask; None when nobody is. Raises UsageError where that is not clear."""
        if not self.if_healthy:
            if self.or_abort:  # an address alone may come from the environment
                raise UsageError("--or-abort is for --if-healthy")
            return None
        if not self.prometheus:
            raise UsageError("--if-healthy asks a Prometheus: name it with --prometheus URL")
        return Exam(prometheus.server(self.prometheus, os.environ))


def start(
    asked: Asked, services: Sequence[str], track: str, image: str, match: list[str] | None, plan: tuple[str, str]
) -> int:
    """Bring a track up."""
    said = wishes.matches(match, none=False)

    def make(aims: tuple[Aim, ...]) -> Intent:
        return intents.start(aims, track, image, said, wishes.Plan(*plan).settings(), _expected(asked))

    return _aimed(asked, services, make)


def set_traffic(
    asked: Asked, services: Sequence[str], weight: int | None, match: list[str] | None, *, no_match: bool
) -> int:
    """Set weight or matches."""
    said = wishes.matches(match, none=no_match)
    if weight is None and said is None:
        raise UsageError("say what to set: --weight N, --match YAML or --no-match")
    return _aimed(asked, services, lambda aims: intents.set_traffic(aims, weight, said, _expected(asked)))


def advance(asked: Asked, services: Sequence[str], gate: Gate) -> int:
    """Go on, where the metrics let it if they are asked."""
    wish = wishes.going_on(services, asked.environment or (), _expected(asked))
    exam = gate.exam()

    def run(console: Console) -> int:
        done = perform(console, asked, wish, how_of(asked, exam))
        stopped = [(aim, verdict) for aim, verdict in done.tried.verdicts if verdict.health is not Health.PASS]
        failed = stopped if gate.or_abort else []
        aborted = [abort_failed(console, asked, aim, each) for aim, each in failed if each.health is Health.FAIL]
        return _finished(console, asked, done, Unhealthy.exit_code if stopped else 0, aborted)

    return asked.console.run(run)


def abort_failed(console: Console, asked: Asked, aim: Aim, verdict: Verdict) -> Done:
    """Take a canary out of the traffic that the metrics say is not healthy."""
    wish = wishes.aborted([aim.service], [aim.environment], verdict.why)
    return perform(console, asked, wish, how_of(asked, evidence=evidence(verdict)))


def check(asked: Looked, services: Sequence[str], url: str) -> int:
    """Ask the metrics, and move nothing."""

    def run(console: Console) -> int:
        if not url:
            raise UsageError("whom to ask? --prometheus URL, or the variable GITRAMP_PROMETHEUS")
        exam = Exam(prometheus.server(url, os.environ))
        verdicts = checkup(console.workspace(), asked.environment or (), services, exam, console.progress())
        code = 0 if all(each.health is Health.PASS for each in verdicts) else Unhealthy.exit_code
        text = health_text(verdicts, console.style) or "No canary to check: none has any traffic.\n"
        return console.finish(code, text, health=verdicts)

    return asked.console.run(run)


def promote(asked: Asked, services: Sequence[str]) -> int:
    """Make the canary stable."""
    return _run(asked, wishes.promoted(services, asked.environment or (), _expected(asked)))


def abort(asked: Asked, services: Sequence[str], reason: str) -> int:
    """Take the canary out."""
    return _run(asked, wishes.aborted(services, asked.environment or (), _said(reason), _expected(asked)))


def finish(asked: Asked, services: Sequence[str], track: str) -> int:
    """Retire a track."""
    return _aimed(asked, services, lambda aims: intents.finish(aims, track, _expected(asked)))


def hold(asked: Asked, services: Sequence[str], reason: str) -> int:
    """Stop a ramp."""
    return _aimed(asked, services, lambda aims: intents.hold(aims, _said(reason), _expected(asked)))


def unhold(asked: Asked, services: Sequence[str]) -> int:
    """Let a ramp go on."""
    return _aimed(asked, services, lambda aims: intents.unhold(aims, _expected(asked)))


def release(asked: Asked, service: str, track: str, image: str) -> int:
    """Give a track an image."""
    return _run(asked, wishes.released(service, track, image, asked.environment or (), _expected(asked)))


def set_value(asked: Asked, service: str, key: str, value: str) -> int:
    """Set one value."""
    return _run(asked, wishes.value_set(service, key, value, asked.environment or (), _expected(asked)))


def _expected(asked: Asked) -> Expected:
    return Expected(asked.expect_weight, asked.expect_image)


def _said(reason: str) -> str:
    if not reason.strip():
        raise UsageError("the reason is empty: say why, for whoever asks")
    return reason


def _aimed(asked: Asked, services: Sequence[str], make: Callable[[tuple[Aim, ...]], Intent]) -> int:
    return _run(asked, wishes.aimed(services, asked.environment or (), make))


def _run(asked: Asked, wish: wishes.Wish) -> int:
    return asked.console.run(lambda c: _finished(c, asked, perform(c, asked, wish, how_of(asked))))


def how_of(asked: Asked, exam: Exam | None = None, evidence: str = "") -> How:
    """Return how an intent shall be carried out; raises UsageError for options that do not go together."""
    if not (asked.push or asked.branch) and (asked.remote or asked.base):
        raise UsageError("--remote and --base are for --push")
    if asked.commit and (asked.push or asked.branch):
        raise UsageError("--commit is for the work tree, --push and --branch are for the remote; say one of them")
    if asked.pull_request and not asked.branch:
        raise UsageError("--pull-request needs --branch NAME, which the request is made from")
    approved, co_authored = people(asked.approved_by or ()), people(asked.co_author or ())
    note = Note((), approved, co_authored, evidence, repo.Authorship(asked.author, asked.sign))
    return How(asked.dry_run, asked.commit, note, exam)


def perform(console: Console, asked: Asked, wish: wishes.Wish, how: How) -> Done:
    """Carry an intent out: in the work tree, or at a remote."""
    workspace, progress = console.workspace(), console.progress()
    if not (asked.push or asked.branch):
        return act(workspace, wish, how, progress)
    return land(workspace, wish, Whereto(asked.remote, asked.base, asked.branch), how, progress)


def _finished(console: Console, asked: Asked, done: Done, exit_code: int = 0, aborted: Sequence[Done] = ()) -> int:
    """Say what became of an intent, and of canaries aborted with it; `path` in JSON is the one file that changes."""
    verdicts = [verdict for _, verdict in done.tried.verdicts]
    health = health_text(verdicts, console.style) if verdicts else ""
    text = health + "".join(done_text(each, asked=asked.pull_request) for each in (done, *aborted))
    paths = done.tried.amendment.paths
    told: dict[str, Any] = {"changed": bool(paths), "path": paths[0] if len(paths) == 1 else None, "acted": done}
    told |= {"aborted": tuple(aborted)} if aborted else {}
    return console.finish(exit_code, text, done.tried.trial.report, **told)

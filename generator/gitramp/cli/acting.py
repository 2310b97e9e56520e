"""What the commands do that carry an intent out.

Owns the way from their words to a wish, and from what became of it to text and exit code. Must not know option names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gitramp import intents, pipeline, report
from gitramp.cli.carried import Asked
from gitramp.cli.commands import people
from gitramp.cli.console import Console
from gitramp.intents import Aim, Expected, Intent
from gitramp.pipeline import wishes
from gitramp.problem import UsageError


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


def advance(asked: Asked, services: Sequence[str]) -> int:
    """Go on."""
    return _run(asked, wishes.going_on(services, asked.environment or (), _expected(asked)))


def promote(asked: Asked, services: Sequence[str]) -> int:
    """Make the canary stable."""
    return _aimed(asked, services, lambda aims: intents.promote(aims, _expected(asked)))


def abort(asked: Asked, services: Sequence[str], reason: str) -> int:
    """Take the canary out."""
    return _run(asked, wishes.aborted(services, asked.environment or (), _said(reason)))


def finish(asked: Asked, services: Sequence[str], track: str) -> int:
    """Retire a track."""
    return _aimed(asked, services, lambda aims: intents.finish(aims, track))


def hold(asked: Asked, services: Sequence[str], reason: str) -> int:
    """Stop a ramp."""
    return _aimed(asked, services, lambda aims: intents.hold(aims, _said(reason)))


def unhold(asked: Asked, services: Sequence[str]) -> int:
    """Let a ramp go on."""
    return _aimed(asked, services, intents.unhold)


def release(asked: Asked, service: str, track: str, image: str) -> int:
    """Give a track an image."""
    return _run(asked, wishes.released(service, track, image, asked.environment or (), _expected(asked)))


def set_value(asked: Asked, service: str, key: str, value: str) -> int:
    """Set one value."""
    return _run(asked, wishes.value_set(service, key, value, asked.environment or ()))


def _expected(asked: Asked) -> Expected:
    return Expected(asked.expect_weight, asked.expect_image)


def _said(reason: str) -> str:
    if not reason.strip():
        raise UsageError("the reason is empty: say why, for whoever asks")
    return reason


def _aimed(asked: Asked, services: Sequence[str], make: Callable[[tuple[Aim, ...]], Intent]) -> int:
    return _run(asked, wishes.aimed(services, asked.environment or (), make))


def _run(asked: Asked, wish: wishes.Wish) -> int:
    directory = asked.directory or asked.context.obj
    console = Console(asked.context.command_path.removeprefix("gitramp "), asked.output.value, asked.quiet, directory)
    return console.run(lambda c: _carried_out(c, asked, wish))


def _carried_out(console: Console, asked: Asked, wish: wishes.Wish) -> int:
    note = pipeline.Note(
        approved=people(asked.approved_by or ()), co_authored=people(asked.co_author or ()), author=asked.author
    )
    if asked.push or asked.branch:
        whereto = pipeline.Whereto(asked.remote, asked.base, asked.branch)
        landed = pipeline.land(console.workspace(), wish, whereto, note, console.progress(), dry_run=asked.dry_run)
        return console.finish(0, report.landed_text(landed), landed.tried.trial.report, **_told(landed))
    if asked.remote or asked.base:
        raise UsageError("--remote and --base are for --push")
    how = pipeline.How(asked.dry_run, asked.commit, note)
    acted = pipeline.act(console.workspace(), wish, how, console.progress())
    return console.finish(0, report.acted_text(acted), acted.tried.trial.report, **_told(acted))


def _told(done: pipeline.Acted | pipeline.Landed) -> dict[str, Any]:
    """Return the parts of the JSON: `path` is there when one file changes."""
    paths = done.tried.amendment.paths
    return {"changed": bool(paths), "path": paths[0] if len(paths) == 1 else None, "acted": done}

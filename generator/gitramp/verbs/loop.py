"""What a loop that drives ramps has to do next: go on, promote, wait, or end.

Owns that choice. Nothing is remembered from one turn to the next, so a loop that ends at any moment can be started
again: Git is the only state. Must not know how a step is made, nor who waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gitramp import repo
from gitramp.intents import Aim
from gitramp.problem import RepoError
from gitramp.ramps.ahead import State
from gitramp.ramps.status import Line, status
from gitramp.verbs.land import Whereto
from gitramp.workspace import Workspace

_TRIES = frozenset({State.READY, State.APPROVAL, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Errand:
    """What to do now; `until` is when the next step may be made, in Unix seconds, None when nobody knows.

    `waiting` are the canaries that must wait, `aborted` those that nothing but a person starts again; it is `ended`
    when there is nothing left to do for any of them.
    """

    advance: tuple[Aim, ...] = ()
    promote: tuple[Aim, ...] = ()
    waiting: tuple[Line, ...] = ()
    aborted: tuple[Line, ...] = ()
    until: int | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do or to wait for."""
        return not (self.advance or self.promote or self.waiting)


def errand(lines: Sequence[Line], *, promote: bool, examine: bool = False) -> Errand:
    """Say what to do for canaries as they stand; one that has all the traffic is done unless it shall be promoted.

    With `examine` those that wait for their time are tried as well, as their metrics are asked then.
    """
    going = [line for line in lines if line.ahead and (promote or not line.ahead.promotes)]
    aborted = tuple(line for line in going if line.ahead and line.ahead.state is State.ABORTED)
    ready = [line for line in going if line.ahead and line.ahead.state in _TRIES]
    waiting = tuple(line for line in going if line not in ready and line not in aborted)
    tried = [line for line in going if line in ready or (examine and line in waiting)]
    times = [line.ahead.since for line in waiting if line.ahead and line.ahead.since is not None]
    return Errand(
        tuple(_aim(line) for line in tried if line.ahead and not line.ahead.promotes),
        tuple(_aim(line) for line in ready if line.ahead and line.ahead.promotes),
        waiting,
        aborted,
        min(times, default=None),
    )


def stayed(todo: Errand, lines: Sequence[Line], reasons: Mapping[Aim, str]) -> Errand:
    """Add to those that wait the canaries that were tried and did not go on; what was tried has no time to wait for."""
    known = {_aim(line) for line in todo.waiting}
    more = (
        replace(line, ahead=replace(line.ahead, why=reasons[_aim(line)], since=None))
        for line in lines
        if line.ahead and _aim(line) in reasons and _aim(line) not in known
    )
    return replace(todo, waiting=(*todo.waiting, *more))


def _aim(line: Line) -> Aim:
    return Aim(line.service.name, line.environment)


def seen(
    workspace: Workspace, names: Sequence[str], services: Sequence[str], whereto: Whereto | None
) -> tuple[Line, ...]:
    """Look at canaries: at HEAD, or at the tip of a remote's branch as it is now."""
    revision = "HEAD"
    if whereto is not None:
        repository = repo.open_repository(workspace.root)
        target = repo.target(repository, whereto.remote, whereto.base)
        tip = repo.fetch(repository, target)
        if tip is None:
            raise RepoError(repo.NO_BRANCH, f"{target} is not there")
        revision = tip.id
    return status(workspace, names, services, ramps=True, revision=revision).lines

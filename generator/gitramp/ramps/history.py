"""A service's ramp as its branch tells it: each commit that changed its traffic, and each that gitramp says of it.

Owns which commits belong to it, and what is read off their messages. Must not know how history is read, nor how it is
shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitramp import overlays, repo, traffic
from gitramp.model import Environment
from gitramp.pipeline.build import model_of
from gitramp.problem import InputRejected, UsageError
from gitramp.ramps.positions import Reader
from gitramp.ramps.standing import Deed, Turn, deed, done_to, turns
from gitramp.ramps.status import opened, refuse_unknown
from gitramp.source import Snapshot
from gitramp.workspace import Workspace

_APPROVED = re.compile(r"^[ \t]*Approved-by:[ \t]*(?P<person>[^\r\n]*[^\s])", re.MULTILINE)
_METRICS = re.compile(r"^[ \t]*(?P<line>Metrics of (?P<service>\S+) [^\r\n]*[^\s])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Move:
    """A commit of the branch: what it changed for the traffic of the service, who approved, what metrics said."""

    deed: Deed
    changes: tuple[str, ...]
    approved_by: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The newest commits of a ramp; `more` is whether there are older ones, None where a shallow clone ends before."""

    service: str
    environment: str
    commit: str
    moves: tuple[Move, ...]
    more: bool | None


@dataclass(frozen=True, slots=True)
class _Read:
    """An environment with the service alone, None where it is not there; and whether it could be read."""

    environment: Environment | None = None
    readable: bool = True


def history(
    workspace: Workspace, service: str, environment: str, *, revision: str | None = None, limit: int = 20
) -> History:
    """Read the newest commits of a ramp, back from HEAD or another revision.

    Raises RepoError without a repository or a commit, UsageError for a service that the branch never had.
    """
    source = opened(workspace, revision)
    repository = source.repository or repo.open_repository(workspace.root)
    if source.commit is None:
        raise repo.no_revision(repository, "HEAD")
    reader = Reader([service], whole=True)
    told: list[tuple[Turn, tuple[str, ...]]] = []
    after = _read(source.taken, environment, service)
    for turn in turns(repository, source.commit, source.taken, reader, {(service, environment)}):
        before = _read(turn.taken, environment, service) if turn.known else _Read(readable=False)
        told.append((turn, _changes(before, after, service)))
        after = before
        if sum(bool(changes) for _, changes in told) > limit:
            break
    if not told:
        _refuse(source.taken, service, environment)
    landed = repo.arrivals(repository, source.commit, told[-1][0].commit)
    moves = tuple(_moves(told, landed))
    cut = any(not turn.known for turn, _ in told)
    more = True if len(moves) > limit else None if cut else False
    return History(service, environment, source.commit.id, moves[:limit], more)


def _read(taken: Snapshot, environment: str, service: str) -> _Read:
    try:
        return _Read(model_of(taken, environment, [service]))
    except UsageError:
        return _Read()
    except InputRejected:
        return _Read(readable=False)


def _changes(before: _Read, after: _Read, service: str) -> tuple[str, ...]:
    """Say what a commit changed for the traffic of a service, as far as that can be read."""
    if not after.readable:
        return (f"{service} cannot be read",)
    if not before.readable:
        return (f"{service} can be read again",)
    if after.environment is None:
        return (f"{service} removed",) if before.environment and service in before.environment.services else ()
    return traffic.changes(before.environment, after.environment)


def _refuse(taken: Snapshot, service: str, environment: str) -> None:
    """Raise UsageError: the branch knows no such environment, or no such service in it."""
    overlays.read_chains(taken, [environment])
    refuse_unknown([service], set(model_of(taken, environment).services))


def _moves(told: Sequence[tuple[Turn, tuple[str, ...]]], landed: Sequence[repo.Arrival]) -> Iterator[Move]:
    """Yield what changed something, and what gitramp did without a change of files, such as lifting a hold."""
    known: Mapping[str, tuple[Turn, tuple[str, ...]]] = {turn.commit.id: (turn, said) for turn, said in told}
    newest = told[0][0]
    for arrival in landed:
        turn, changes = known.get(arrival.commit.id, (newest, ()))
        if (changes and turn.known) or done_to(turn, arrival):
            approved = _found(_APPROVED, "person", arrival)
            metrics = [m for text in arrival.messages for m in _METRICS.finditer(text)]
            evidence = tuple(dict.fromkeys(m["line"] for m in metrics if m["service"] == turn.service))
            yield Move(deed(turn, arrival), changes, approved, evidence)


def _found(form: re.Pattern[str], name: str, arrival: repo.Arrival) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[name] for text in arrival.messages for match in form.finditer(text)))

"""What a change does: each environment whose overlays differ, as it was at a revision and as it is.

Owns which environments are built, and from which revision. Must not know how two states are compared, nor how a
difference is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from gitramp import changes, overlays, traffic
from gitramp.changes import Cause, Compared, MatchChange, Rollout, Routing, State, TrustChange
from gitramp.model import Environment
from gitramp.pipeline import bases
from gitramp.pipeline.apart import Modelled, apart, kinds_of
from gitramp.pipeline.bases import Base
from gitramp.pipeline.build import Progress, built_before, grown, modelled, silent
from gitramp.pipeline.built import Built
from gitramp.pipeline.gate import gate
from gitramp.pipeline.transition import moved, touches, unreadable
from gitramp.problem import Finding, GitrampError, Report, UsageError
from gitramp.source import Snapshot, did_you_mean, show
from gitramp.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EnvironmentDiff:
    """One environment that differs: in sentences, and by the questions of a review.

    `change` is "added", "removed" or "changed"; only what both revisions have is asked about requests and trust.
    `model` is the environment as it is now, None when it is removed.
    """

    name: str
    change: str
    sentences: tuple[str, ...]
    rollout: Rollout
    causes: tuple[Cause, ...]
    routings: tuple[Routing, ...] = ()
    matches: tuple[MatchChange, ...] = ()
    trust: tuple[TrustChange, ...] = ()
    model: Environment | None = None


@dataclass(frozen=True, slots=True)
class Diff:
    """The environments that differ between a commit, "" for none, and another one, "" for what is on the disk.

    `same` are environments that were asked for and do not differ; `report` tells what could not be compared. `gate` is
    what the rules say of those that differ and are still there, None when nobody asked.
    """

    since: str
    until: str
    environments: tuple[EnvironmentDiff, ...]
    same: tuple[str, ...]
    report: Report
    gate: Report | None = None

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return bool(self.environments)

    @property
    def may_differ(self) -> bool:
        """Whether anything does, or could not be compared."""
        return self.differs or bool(len(self.report))


class Edited(NamedTuple):
    """The files that differ between two revisions, and their lines."""

    paths: frozenset[str]
    lines: changes.Edits


def diff(
    workspace: Workspace, names: Sequence[str] = (), against: str | None = None, progress: Progress = silent
) -> Diff:
    """Compare environments with a revision, all when none is named.

    Raises InputRejected when one cannot be read as it is, RepoError without a repository or the revision.
    """
    taken = overlays.snapshot(workspace.root)
    base = bases.found(workspace, taken, against)
    before = base.taken if base is not None else Snapshot({})
    wanted = _wanted(before, taken, names)
    found: list[EnvironmentDiff] = []
    unread: dict[str, Finding] = {}
    edited = _edited(before, taken)
    for name in wanted if edited.paths else ():
        progress(f"comparing {name}")
        one = _compared(name, base, before, taken, edited)
        if isinstance(one, Finding):
            unread[name] = one
        elif one is not None:
            found.append(one)
    told = {*unread, *(each.name for each in found)}
    until = "" if base is None or base.edited else base.head.id
    same = tuple(name for name in wanted if name not in told)
    asked = gate(base, taken, [each.model for each in found if each.model]) if found else None
    return Diff(base.commit.id if base else "", until, tuple(found), same, Report.of(unread.values()), asked)


def _wanted(before: Snapshot, after: Snapshot, names: Sequence[str]) -> tuple[str, ...]:
    known = tuple(dict.fromkeys((*overlays.names(after), *overlays.names(before))))
    for name in names:
        if name not in known:
            advice = did_you_mean(name, known, f"environments: {', '.join(known) or 'none'}")
            raise UsageError(f"there is no environment {show(name)}; {advice}")
    return tuple(dict.fromkeys(names)) or tuple(sorted(known))


def _edited(before: Snapshot, after: Snapshot) -> Edited:
    paths = moved(before, after)
    return Edited(paths, changes.edits(before.files, after.files, paths))


def _compared(
    name: str, base: Base | None, before: Snapshot, after: Snapshot, edited: Edited
) -> EnvironmentDiff | Finding | None:
    """Compare one environment; None when it is the same, a finding when it cannot be read as it was."""
    was, is_ = name in overlays.names(before), name in overlays.names(after)
    if is_:
        overlays.read_chains(after, [name])  # what cannot be read now is no fault of the base
    try:
        if was and is_ and not touches(name, before, after, edited.paths):
            return None
        old = modelled(before, name) if was else None
        old_built = grown(*old) if old and not is_ else None
    except GitrampError as error:
        assert base is not None
        return unreadable(name, base, error, "{} was not compared")
    if old is None or not is_:
        built = built_before(after, name) if is_ else None
        return _told(name, old_built, built, _held(old_built, built, edited))
    return _both(name, base, old, modelled(after, name), edited)


def _both(
    name: str, base: Base | None, old: Modelled, new: Modelled, edited: Edited
) -> EnvironmentDiff | Finding | None:
    """Compare an environment that both revisions have; where it suffices, by the services that differ alone."""
    only = apart(old, new)
    built = grown(*new, only)
    try:
        was = grown(*old, only)
        compared = _held(was, built, edited)
        if only and (compared.is_wide or kinds_of(was.manifests) != kinds_of(built.manifests)):
            was, built = grown(*old), grown(*new)  # all meet at Gateways, and what delivers a tree knows its kinds
            compared = _held(was, built, edited)
    except GitrampError as error:
        assert base is not None
        return unreadable(name, base, error, "{} was not compared")
    return _told(name, was, built, compared)


def _held(old: Built | None, new: Built | None, edited: Edited) -> Compared:
    return changes.compared(_state(old), _state(new), edited.lines, edited.paths)


def _told(name: str, old: Built | None, new: Built | None, compared: Compared) -> EnvironmentDiff | None:
    was, is_ = old.environment if old else None, new.environment if new else None
    sentences = tuple(f"{service} removed" for service in was.services) if was and not is_ else ()
    sentences = traffic.changes(was, is_) if is_ else sentences
    if not compared.changes and not compared.lines:
        return None
    change = "added" if was is None else "removed" if is_ is None else "changed"
    found = EnvironmentDiff(name, change, sentences, changes.rollout(compared), changes.causes(compared), model=is_)
    if change != "changed":
        return found
    routed = tuple(changes.routings(compared))
    return replace(
        found,
        routings=routed,
        matches=tuple(changes.match_changes(compared, routed)),
        trust=tuple(changes.trust_changes(compared)),
    )


def _state(built: Built | None) -> State | None:
    return State(built.values, built.environment, built.manifests) if built else None

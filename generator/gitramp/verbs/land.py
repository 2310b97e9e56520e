"""Carry an intent out at the tip of a remote's branch: a commit of it, pushed, without a work tree.

Owns what happens when somebody else pushes first: the intent, not its text, is applied to the new tip, unless it has
lost its ground there. Nothing of the user's clone is touched but objects. Must not know what an intent means.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from gitramp import ci, repo, tree
from gitramp.intents import ANYTHING, Aim, Idle, Intent
from gitramp.pipeline.build import Progress
from gitramp.pipeline.codes import NOT_ITSELF
from gitramp.pipeline.message import message
from gitramp.problem import Finding, GitrampError, InputRejected, Mark, RepoError, Report, Superseded, UsageError
from gitramp.source import Snapshot
from gitramp.verbs.act import How
from gitramp.verbs.amend import Amendment, at, said, with_settings
from gitramp.verbs.ground import Ground, Head, Tried
from gitramp.verbs.request import Request, request_for, start_of
from gitramp.verbs.wishes import Wish
from gitramp.workspace import ENVIRONMENTS, Workspace, folders_of

_OF_THE_MOMENT = frozenset({"release", "canary/abort", "canary/finish", "canary/hold"})
"""What no rule asks the past about: most of a clone's history need not be fetched for it."""
_ATTEMPTS = 60
_UNMOVED = 12
"""Attempts at one and the same tip; whoever wins a race moves it."""
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 3.0
"""Seconds; each wait is drawn from none to a bound that grows, so that writers who meet once do not meet again."""


@dataclass(frozen=True, slots=True)
class Whereto:
    """The remote and the branch that an edit starts from; `branch` is where it is pushed, "" for the same one."""

    remote: str = ""
    base: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of an intent at a remote: its commit, None when there was nothing to do.

    `request` tells how to open a pull request for a branch; `untriggered` why no pipeline will look at the push.
    """

    tried: Tried
    target: repo.Target
    branch: str
    commit: str | None = None
    message: str = ""
    attempts: int = 1
    dry_run: bool = False
    request: Request | None = None
    untriggered: str = ""


@dataclass(frozen=True, slots=True)
class _Run:
    """One run: what all its attempts share."""

    workspace: Workspace
    repository: repo.Repository
    target: repo.Target
    branch: str
    how: How
    progress: Progress


Facts = Mapping[Aim, Sequence[Any]]
"""What an intent stands on: the values of the keys that it watches."""


@dataclass(frozen=True, slots=True)
class _First:
    """The intent as it was first decided, and what it stood on then."""

    intent: Intent
    amendment: Amendment
    facts: Facts = field(default_factory=dict)


def land(
    workspace: Workspace,
    wish: Wish,
    whereto: Whereto,
    how: How,
    progress: Progress,
) -> Landed:
    """Commit an intent on top of what the remote has, and push it; as often as others are quicker, up to a bound.

    Raises InputRejected when a gate refuses it there, Superseded when somebody has changed what it stands on,
    RepoError when the remote refuses or cannot be reached.
    """
    repository = repo.open_repository(workspace.root)
    progress("asking the remote")
    target = repo.target(repository, whereto.remote, whereto.base)
    _refuse_branch(repository, target, whereto.branch)
    run = _Run(workspace, repository, target, whereto.branch, how, progress)
    first: _First | None = None
    seen: list[str] = []
    for attempt in range(1, _ATTEMPTS + 1):
        tip, start = _tips(run)
        seen.append(start.commit.id)
        ground = _ground(run, tip, start)
        tried = _first_time(run, ground, wish(ground.taken)) if first is None else _once_more(ground, first)
        first = first or _First(tried.intent, tried.amendment, _facts(tried.intent.aims, tried.intent, ground.taken))
        landed = Landed(tried, target, whereto.branch or target.branch, attempts=attempt, dry_run=how.dry_run)
        if not tried.amendment.actions:
            return _there(run, tip, start, landed, wish)
        try:
            return _pushed(run, tip, start, landed)
        except repo.LostRace as error:
            lost = _unless_stuck(run, seen, error)
        time.sleep(random.uniform(0, min(_LONGEST_WAIT, _FIRST_WAIT * 1.3**attempt)))  # noqa: S311  no secret
    raise RepoError(lost.code, f"others were quicker {_ATTEMPTS} times; {lost.message}", details=lost.details)


def _unless_stuck(run: _Run, seen: Sequence[str], lost: repo.LostRace) -> repo.LostRace:
    """Raise RepoError when no rival is there: a server on which a git was killed refuses each push for its lock."""
    if len(seen) < _UNMOVED or len(set(seen[-_UNMOVED:])) > 1:
        return lost
    message = f"{run.target} has not moved in {_UNMOVED} attempts, and takes none of them"
    remedy = "run the command again later; whoever keeps the server finds the lock that a killed git left there"
    raise RepoError(lost.code, message, remedy, details=lost.details)


def _refuse_branch(repository: repo.Repository, target: repo.Target, branch: str) -> None:
    """Refuse the remote's main branch where the edit starts from another: its step would be judged from there."""
    if not branch or branch == target.branch:
        return
    repo.refuse_name(repository, branch, "--branch")
    with suppress(RepoError):  # a HEAD that names no branch
        if branch == repo.default_branch(repository, target.remote):
            raise UsageError(f"--branch {branch} is the main branch of {target.remote}: say --push --base {branch}")


def _first_time(run: _Run, ground: Ground, alternatives: Sequence[Intent]) -> Tried:
    """Apply an intent for the first time; one that history decides gets all of it, where the clone is shallow."""
    if alternatives[0].name not in _OF_THE_MOMENT and repo.is_shallow(run.repository):
        run.progress("fetching the history")
        repo.deepen(run.repository, run.target)
    return ground.first(alternatives)


def _tips(run: _Run) -> tuple[Head, Head]:
    """Return the tip of the target, and what to build on: the branch for a pull request, where it is there already."""
    tip = repo.fetch(run.repository, run.target)
    if tip is None:
        raise RepoError(repo.NO_BRANCH, f"{run.target} is not there")
    head = Head.of(run.repository, tip)
    return head, start_of(run.repository, run.target, head, run.branch)


def _ground(run: _Run, tip: Head, start: Head) -> Ground:
    lands = not run.branch or run.branch == run.target.branch
    note, exam = run.how.note, run.how.exam
    return Ground(run.workspace, start.taken, tip, note.approved, run.progress, lands, exam, note.by.author)


def _once_more(ground: Ground, first: _First) -> Tried:
    """Apply an intent again. What made sense at first and no longer does, somebody has taken away meanwhile."""
    try:
        return _again(ground, first)
    except UsageError as error:
        raise Superseded(f"{error}; it was there before, nothing was pushed") from None


def _again(ground: Ground, first: _First) -> Tried:
    """Apply an intent once more to overlays that somebody has changed meanwhile.

    What somebody else has done already is left out. Raises Superseded when a value that it stands on is another.
    """
    settings = first.amendment.settings or {}
    facts = _facts(tuple(settings), first.intent, ground.taken)
    moved = [aim for aim in settings if facts[aim] != first.facts[aim]]
    for aim in moved:
        if with_settings(ground.taken, aim, settings[aim]).files != ground.taken.files:
            raise Superseded(f"{aim} has been changed by somebody else meanwhile; nothing was pushed")
    if moved and first.intent.expected != ANYTHING:
        raise Superseded(f"{moved[0]}: {_overtaken(ground, moved[0])} meanwhile; nothing was pushed")
    idle = tuple((aim, Idle("somebody else has done it meanwhile")) for aim in moved)
    done = ground.apply(replace(first.intent, aims=tuple(aim for aim in first.intent.aims if aim not in moved)))
    return replace(done, amendment=replace(done.amendment, idle=(*done.amendment.idle, *idle)))


def _overtaken(ground: Ground, aim: Aim) -> str:
    """Say what a rival has done, which is just what was asked for: who expects a state counts on being the first."""
    weight = at(said(ground.taken, aim), ("canary", "weight"))
    commit = f" (commit {ground.head.commit.id[:12]})" if ground.head else ""
    return f"another push {f'took it to {weight} %' if weight is not None else 'did the same'}{commit}"


def _facts(aims: Sequence[Aim], intent: Intent, taken: Snapshot) -> Facts:
    return {aim: [at(said(taken, aim), keys) for keys in intent.watched] for aim in aims}


def _there(run: _Run, tip: Head, start: Head, landed: Landed, wish: Wish) -> Landed:
    """Tell of a branch for a pull request that it has already what is asked for, and how the request is opened."""
    if start.commit.id == tip.commit.id:
        return landed
    try:
        missing = replace(_ground(run, tip, tip), exam=None).first(wish(tip.taken)).amendment
    except GitrampError:  # what it is about is on the branch alone
        return landed
    has = {aim for aim in missing.settings or {} if aim not in dict(missing.idle)}
    done = landed.tried.amendment
    why = Idle(f"{run.target.remote}/{landed.branch} has this already")
    idle = tuple((aim, why if aim in has and not each.waiting else each) for aim, each in done.idle)
    if idle == done.idle:
        return landed
    told = request_for(run.repository, run.target, landed.branch, tip, start.commit.id)
    return replace(landed, tried=replace(landed.tried, amendment=replace(done, idle=idle)), request=told)


def _pushed(run: _Run, tip: Head, start: Head, landed: Landed) -> Landed:
    """Make the commit and push it; without a push in a dry run."""
    tried = landed.tried
    diff = _rendered(run, start, tried)
    landed = replace(landed, tried=replace(tried, rendered=diff))
    if landed.dry_run:
        return landed
    edited = {path: tried.amendment.after.files[path] for path in tried.amendment.paths}
    files = {**edited, **{change.path: change.after for change in diff.changes}}
    run.progress("committing")
    planned = repo.tree_with(run.repository, start.commit, files)
    before = {name: built.environment for name, built in tried.trial.before.items()}
    text = message(before, tried.trial.built, sorted(files), everything=False, actions=tried.amendment.actions)
    note = tried.note(run.how.note)
    text = note.on(text, repo.subtree_id(run.repository, planned, ENVIRONMENTS))
    made = repo.commit_tree(run.repository, planned, start.commit, text, note.by)
    run.progress(f"pushing to {run.target.remote}")
    repo.push(run.repository, run.target, made, landed.branch)
    done = replace(landed, commit=made, message=text, untriggered=_untriggered(run))
    if landed.branch == run.target.branch:
        return done
    return replace(done, request=request_for(run.repository, run.target, landed.branch, tip, made))


def _untriggered(run: _Run) -> str:
    url, headers = repo.pushes_with(run.repository, run.target)
    return ci.untriggered(os.environ, url, headers)


def _rendered(run: _Run, start: Head, tried: Tried) -> tree.TreeDiff:
    """Return how the rendered files change. Raises InputRejected when the commit before does not render to itself."""
    names = [built.name for built in tried.trial.built]
    folders = [folder for name in names for folder in folders_of(name)]
    held = {p: c for f in folders for p, c in repo.snapshot_at(run.repository, start.commit, f).files.items()}
    as_it_was = {
        path: content
        for name, built in tried.trial.before.items()
        for path, content in tree.rendered_tree(name, built.manifests).items()
    }
    drifted = tree.compare_held({p: c for p, c in held.items() if _environment_in(p, tried)}, as_it_was)
    diff = tree.compare_held(held, tried.trial.files)
    report = Report.of([*_unlike(drifted, run, start), *tree.obstacles(diff)])
    if report.failed:
        raise InputRejected(report, "nothing was pushed")
    return diff


def _environment_in(path: str, tried: Tried) -> bool:
    return any(path.startswith(f"{folder}/") for name in tried.trial.before for folder in folders_of(name))


def _unlike(drifted: tree.TreeDiff, run: _Run, start: Head) -> list[Finding]:
    if not drifted.changes:
        return []
    files = len(drifted.changes)
    said = f"{files} {'file is' if files == 1 else 'files are'} not as the overlays of {start.commit.id[:12]} render"
    return [
        Finding(NOT_ITSELF, f"in {run.target} {said}, {drifted.changes[0].path} first", Mark(drifted.changes[0].path))
    ]

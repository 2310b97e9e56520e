"""Carry an intent out in the work tree: as an edit of overlays, or as a commit of it.

Owns that nothing is written that the gates refuse, and that what an earlier run left undone is done. Must not know what
an intent means, nor any remote.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gitramp import overlays, repo, tree
from gitramp.pipeline import bases
from gitramp.pipeline.build import Progress, silent
from gitramp.pipeline.codes import OTHER_EDITS, SAVED_MEANWHILE
from gitramp.pipeline.message import Note
from gitramp.pipeline.publish import Published, publish
from gitramp.pipeline.transition import From
from gitramp.problem import InputRejected, RepoError, Superseded, ToolError, UsageError
from gitramp.verbs.amend import Amendment, with_settings
from gitramp.verbs.exam import Exam
from gitramp.verbs.ground import Ground, Head, Tried
from gitramp.verbs.trial import Trial
from gitramp.verbs.wishes import Wish
from gitramp.workspace import ENVIRONMENTS, Workspace


@dataclass(frozen=True, slots=True)
class How:
    """How an intent is carried out; `note` is what its commit tells besides, `exam` whom to ask about canaries."""

    dry_run: bool = False
    commit: bool = False
    note: Note = field(default_factory=Note)
    exam: Exam | None = None


@dataclass(frozen=True, slots=True)
class Acted:
    """What an intent came to in the work tree."""

    tried: Tried
    published: Published | None = None
    dry_run: bool = False


def act(workspace: Workspace, wish: Wish, how: How, progress: Progress = silent) -> Acted:
    """Carry out the first intent that the gates let pass, of those that a command may mean.

    Raises InputRejected when a gate refuses all of them: nothing is written then. UsageError, Superseded and RepoError
    as they say.
    """
    taken = overlays.snapshot(workspace.root)
    note = how.note
    ground = Ground(workspace, taken, _head(workspace), note.approved, progress, exam=how.exam, author=note.by.author)
    done = ground.first(wish(taken))
    if how.dry_run:
        return Acted(replace(done, rendered=_rendered(workspace, done.trial)), dry_run=True)
    if how.commit:
        repo.refuse_unready(repo.open_repository(workspace.root))  # before a byte is written
        since = _since(ground, wish, done)
        _refuse_others(ground, done, since)
        _save(workspace, done.amendment)
        return _committed(ground, done, since, how)
    _save(workspace, done.amendment)
    if done.amendment.actions and not done.amendment.paths:
        raise UsageError("nothing in the overlays says so, only a commit can: add --commit or --push")
    return Acted(done)


def _save(workspace: Workspace, amendment: Amendment) -> None:
    """Write the overlays that change, unless somebody has saved another edit since they were read."""
    if not amendment.paths:
        return
    with tree.locked(workspace):
        if overlays.snapshot(workspace.root).files != amendment.before.files:
            message = f"{ENVIRONMENTS}/ is not what was judged any more; nothing was written"
            raise ToolError(SAVED_MEANWHILE, message)
        for path in amendment.paths:
            overlays.save(workspace, path, amendment.after.files[path])


def _head(workspace: Workspace) -> Head | None:
    if not repo.is_in_repository(workspace.root):
        return None
    repository = repo.open_repository(workspace.root)
    commit = repo.head_commit(repository)
    return Head.of(repository, commit) if commit else None


def _since(ground: Ground, wish: Wish, done: Tried) -> Tried:
    """Return what the newest commit has not: an earlier run may have ended between its edit and its commit."""
    if ground.head is None or ground.head.taken.files == ground.taken.files:
        return done
    return _done_before(ground, wish, done)


def _refuse_others(ground: Ground, done: Tried, since: Tried) -> None:
    """Refuse to take edits along that the intent has not made, and that its commit would not tell of.

    Line ends may differ, as a checkout has them.
    """
    if ground.head is None or not since.amendment.actions:
        return
    there, meant = done.amendment.after.files, since.amendment.after.files
    made_from = {path for built in done.trial.built or since.trial.built for path in built.values.files}
    others = sorted(p for p in made_from if bases.unix(there.get(p)) != bases.unix(meant.get(p)))
    if others:
        message = f"{others[0]} holds other edits, which are in no commit; nothing was written"
        raise RepoError(OTHER_EDITS, message)


def _committed(ground: Ground, done: Tried, since: Tried, how: How) -> Acted:
    """Commit the edit, unless the newest commit has it."""
    if not since.amendment.actions:
        return Acted(done)
    origin = From(approved=how.note.approved)
    names = since.amendment.names
    return Acted(done, publish(ground.workspace, names, ground.progress, origin, since.note(how.note)))


def _done_before(ground: Ground, wish: Wish, done: Tried) -> Tried:
    """Apply a wish to the newest commit, but for aims of which the work tree does not say that it was done."""
    assert ground.head is not None
    since = replace(ground, taken=ground.head.taken)
    try:
        whole = since.first(wish(ground.head.taken))
    except (InputRejected, Superseded, UsageError):  # it is about what no commit has yet: a new service, another plan
        return done
    there = done.amendment.after
    undone = {
        aim
        for aim, settings in (whole.amendment.settings or {}).items()
        if with_settings(there, aim, settings).files != there.files
    }
    if not undone:
        return whole
    return since.apply(replace(whole.intent, aims=tuple(aim for aim in whole.intent.aims if aim not in undone)))


def _rendered(workspace: Workspace, trial: Trial) -> tree.TreeDiff:
    names = [built.name for built in trial.built]
    return tree.compare(workspace, trial.files, names) if names else tree.TreeDiff(())

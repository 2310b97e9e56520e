"""What an intent is applied to: some overlays, and the commit that they start from.

Owns that an intent is decided, put into the overlays and taken through all gates there, and what of it must wait. Must
not know what becomes of it afterwards.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gitramp import overlays, repo, tree
from gitramp.analysis import Health, Verdict, evidence
from gitramp.intents import Aim, Idle, Intent
from gitramp.model import Service
from gitramp.pipeline import bases
from gitramp.pipeline.build import Progress, silent
from gitramp.pipeline.built import Built
from gitramp.pipeline.message import Note
from gitramp.problem import Finding, InputRejected, Report, Severity
from gitramp.ramps.standing import Key, Stay, stays
from gitramp.source import Snapshot
from gitramp.verbs.amend import Amendment, amend, committed_in
from gitramp.verbs.exam import Exam, examined, stopped
from gitramp.verbs.trial import Trial, attempt, built_as_it_was
from gitramp.workspace import ENVIRONMENTS, Workspace

ADVANCE, UNHOLD = "canary/advance", "canary/unhold"
_UNKNOWN = "the clone lacks the history that tells whether somebody holds it; run `git fetch --unshallow`"
# What is refused now and may be allowed later, with nobody at fault: the plan has its time, its people and its order.
_WAITING = frozenset({"GR511", "GR512", "GR519", "GR530", "GR531", "GR533", "GR535"})


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that an edit starts from, and the overlays in it."""

    repository: repo.Repository
    commit: repo.Commit
    taken: Snapshot

    @classmethod
    def of(cls, repository: repo.Repository, commit: repo.Commit) -> Head:
        """Read the overlays of a commit."""
        return cls(repository, commit, repo.snapshot_at(repository, commit, ENVIRONMENTS))


@dataclass(frozen=True, slots=True)
class Tried:
    """An intent in the overlays, sound as they are.

    `rendered` is how the rendered files change, for those who ask; `verdicts` are what the metrics said of the canaries
    that it is aimed at.
    """

    intent: Intent
    amendment: Amendment
    trial: Trial
    rendered: tree.TreeDiff = field(default_factory=lambda: tree.TreeDiff(()))
    verdicts: tuple[tuple[Aim, Verdict], ...] = ()

    def note(self, note: Note) -> Note:
        """Add what was done to what a message says besides, and the evidence for it."""
        acted = self.amendment.settings or {}
        told = [evidence(verdict) for aim, verdict in self.verdicts if aim in acted]
        said = "\n\n".join([*filter(None, [note.evidence]), *told])
        return replace(note, actions=self.amendment.actions, evidence=said)

    @property
    def overlays(self) -> tree.TreeDiff:
        """How the overlays change."""
        before, after = self.amendment.before.files, self.amendment.after.files
        return tree.TreeDiff(tuple(tree.Change(path, before[path], after[path]) for path in self.amendment.paths))


@dataclass(frozen=True, slots=True)
class Ground:
    """Overlays to apply intents to. `head` is None where there is no commit; `approved` are those who approve the step.

    `lands` says that it becomes a commit of a branch that nobody reviews, `exam` whom to ask before canaries go on,
    `author` who the commit will be by, "" for whom git is configured for.
    """

    workspace: Workspace
    taken: Snapshot
    head: Head | None
    approved: Sequence[str] = ()
    progress: Progress = silent
    lands: bool = False
    exam: Exam | None = None
    author: str = ""

    def first(self, alternatives: Sequence[Intent]) -> Tried:
        """Apply the first intent that passes all gates. Raises InputRejected of the first one when none does."""
        refused: InputRejected | None = None
        for intent in alternatives:
            try:
                return self.apply(intent)
            except InputRejected as rejected:
                refused = refused or rejected
        assert refused is not None
        raise refused

    def apply(self, intent: Intent) -> Tried:
        """Apply an intent; what of an advance must wait, or is not healthy, is left out, and told."""
        done = self._without_waiting(intent)
        if self.exam is None:
            return done
        stays = self._stays(intent) if self.head else None
        found = examined(self.exam, intent.aims, self._before(intent, done), stays, self.progress)
        goes_on = done.amendment.settings or {}
        # One that waits has no need of a good verdict, but a bad one is told whatever it waits for.
        verdicts = tuple(each for each in found if each[0] in goes_on or each[1].health is Health.FAIL)
        stay = stopped([each for each in verdicts if each[0] in goes_on])
        return replace(self._left_out(done, stay) if stay else done, verdicts=verdicts)

    def _before(self, intent: Intent, done: Tried) -> Mapping[str, Built]:
        """Return the environments that an intent is aimed at as they are, as far as they can be read."""
        rest = {aim.environment for aim in intent.aims} - done.trial.before.keys()
        return {**done.trial.before, **built_as_it_was(self.taken, sorted(rest))}

    def _without_waiting(self, intent: Intent) -> Tried:
        try:
            return self._whole(intent)
        except InputRejected as rejected:
            if intent.name != ADVANCE or not _waits(rejected.report):
                raise
        waiting = {aim: why for aim in intent.aims if (why := self._waiting(replace(intent, aims=(aim,))))}
        return self._left_out(Tried(intent, Amendment(self.taken, self.taken), Trial((), {}, Report())), waiting)

    def _left_out(self, done: Tried, stay: Mapping[Aim, Idle]) -> Tried:
        """Apply an intent to fewer canaries than before, and tell why those that are left out stay."""
        rest = tuple(aim for aim in done.intent.aims if aim not in stay)
        again = self._whole(replace(done.intent, aims=rest))
        return replace(again, amendment=replace(again.amendment, idle=(*again.amendment.idle, *stay.items())))

    def _whole(self, intent: Intent) -> Tried:
        stays = self._stays(intent) if self.head and intent.name in (ADVANCE, UNHOLD) else {}
        amendment = amend(intent, self.taken, functools.partial(self._past, stays))
        head = self.head
        base = self._base(head) if head else None
        return Tried(intent, amendment, attempt(self.workspace, amendment, base, self.approved, self.progress))

    def _base(self, head: Head) -> bases.Base:
        return bases.at(head.repository, head.commit, head.taken, lands=self.lands, author=self.author)

    def _waiting(self, intent: Intent) -> Idle | None:
        """Say what one canary waits for; None when it may go on."""
        try:
            self._whole(intent)
        except InputRejected as rejected:
            if not _waits(rejected.report):
                raise
            return Idle("; ".join(f"{f.message}; {f.advice}" for f in _errors(rejected.report)), waiting=True)
        return None

    def _stays(self, intent: Intent) -> Mapping[Key, Stay]:
        """Say how the canaries came to stand where they do at the commit that the edit starts from."""
        assert self.head is not None
        services = {aim.service for aim in intent.aims}
        names = {aim.environment for aim in intent.aims} & set(overlays.names(self.head.taken))
        return stays(self.head.repository, self.head.commit, self.head.taken, sorted(names), services)

    def _past(self, stays: Mapping[Key, Stay], aim: Aim) -> tuple[Service | None, str]:
        stay = stays.get((aim.service, aim.environment))
        why = (stay.why_held if stay.held is not None else _UNKNOWN) if stay else ""
        return committed_in(self.head.taken if self.head else None, aim), why


def _waits(report: Report) -> bool:
    """Whether time, people or others are all that an edit waits for."""
    return {finding.code.number for finding in _errors(report)} <= _WAITING


def _errors(report: Report) -> tuple[Finding, ...]:
    return tuple(finding for finding in report if finding.severity is Severity.ERROR)

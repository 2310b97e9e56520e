"""What an intent is applied to: some overlays, and the commit that they start from.

Owns that an intent is decided, put into the overlays and taken through all gates there, and what of it must wait. Must
not know what becomes of it afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gitramp import repo, tree
from gitramp.intents import Aim, Idle, Intent
from gitramp.model import Service
from gitramp.pipeline import bases
from gitramp.pipeline.amend import Amendment, amend, committed_in
from gitramp.pipeline.build import Progress, silent
from gitramp.pipeline.trial import Trial, attempt
from gitramp.problem import Finding, InputRejected, Report, Severity
from gitramp.source import Snapshot
from gitramp.workspace import ENVIRONMENTS, Workspace

# What is refused now and may be allowed later, with nobody at fault: the plan has its time, its people and its order.
WAITING = frozenset({"GR511", "GR512", "GR519", "GR530", "GR531", "GR533", "GR535"})


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
    """An intent in the overlays, sound as they are; `rendered` is how the rendered files change, for those who ask."""

    intent: Intent
    amendment: Amendment
    trial: Trial
    rendered: tree.TreeDiff = field(default_factory=lambda: tree.TreeDiff(()))

    @property
    def overlays(self) -> tree.TreeDiff:
        """How the overlays change."""
        before, after = self.amendment.before.files, self.amendment.after.files
        return tree.TreeDiff(tuple(tree.Change(path, before[path], after[path]) for path in self.amendment.paths))


@dataclass(frozen=True, slots=True)
class Ground:
    """Overlays to apply intents to. `head` is None where there is no commit; `approved` are those who approve the step.

    `lands` says that it becomes a commit of a branch that nobody reviews.
    """

    workspace: Workspace
    taken: Snapshot
    head: Head | None
    approved: Sequence[str] = ()
    progress: Progress = silent
    lands: bool = False

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
        """Apply an intent; what of an advance must wait is left out, and told."""
        try:
            return self._whole(intent)
        except InputRejected as rejected:
            if intent.name != "canary/advance" or not _waits(rejected.report):
                raise
        waiting = {aim: why for aim in intent.aims if (why := self._waiting(replace(intent, aims=(aim,))))}
        done = self._whole(replace(intent, aims=tuple(aim for aim in intent.aims if aim not in waiting)))
        idle = (*done.amendment.idle, *waiting.items())
        return replace(done, amendment=replace(done.amendment, idle=idle))

    def _whole(self, intent: Intent) -> Tried:
        amendment = amend(intent, self.taken, self._past)
        head = self.head
        base = bases.at(head.repository, head.commit, head.taken, lands=self.lands) if head else None
        return Tried(intent, amendment, attempt(self.workspace, amendment, base, self.approved, self.progress))

    def _waiting(self, intent: Intent) -> Idle | None:
        """Say what one canary waits for; None when it may go on."""
        try:
            self._whole(intent)
        except InputRejected as rejected:
            if not _waits(rejected.report):
                raise
            return Idle("; ".join(f"{f.message}; {f.advice}" for f in _errors(rejected.report)), waiting=True)
        return None

    def _past(self, aim: Aim) -> tuple[Service | None, str]:
        return committed_in(self.head.taken if self.head else None, aim), ""


def _waits(report: Report) -> bool:
    """Whether time, people or others are all that an edit waits for."""
    return {finding.code.number for finding in _errors(report)} <= WAITING


def _errors(report: Report) -> tuple[Finding, ...]:
    return tuple(finding for finding in report if finding.severity is Severity.ERROR)

"""All gates in their order, and promotion when they are passed.

Owns when something is staged, verified and promoted. Must not know how any stage works.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gitramp import overlays, tree
from gitramp.pipeline.build import Progress, build, silent
from gitramp.pipeline.built import Built
from gitramp.pipeline.clock import today
from gitramp.pipeline.judge import unused
from gitramp.pipeline.known import all_sound, known, unknown_to_schemas
from gitramp.pipeline.transition import NOWHERE, From, judge_step
from gitramp.pipeline.verify import located_refusals, verifier
from gitramp.problem import NOTHING_WRITTEN, InputRejected, Report
from gitramp.source import Snapshot
from gitramp.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run over the whole line gives back; `diff` is what it wrote, or the drift when it wrote nothing."""

    taken: Snapshot
    built: tuple[Built, ...]
    report: Report
    diff: tree.TreeDiff
    verified: int
    verified_by: str
    seconds: float
    anew: int = 0
    """How many of the verified objects were looked at in this run; the others were found sound by an earlier one."""
    against: str = ""
    """The commit from which the step was judged, "" when none was."""

    @property
    def files(self) -> int:
        """How many files the environments have: one an object."""
        return sum(len(built.manifests) for built in self.built)

    @property
    def drift(self) -> Report:
        """The diff as findings, for a run that promised not to write."""
        return Report.of(tree.drift(self.diff))


def render(
    workspace: Workspace,
    names: Sequence[str] = (),
    progress: Progress = silent,
    origin: From = NOWHERE,
    *,
    fresh: bool = False,
) -> Outcome:
    """Render environments and promote the result into `rendered/`, or leave it wholly as it was.

    `origin` is the revision from which the step is judged, none unless said. With `fresh`, what earlier runs found
    sound is judged anew. Raises InputRejected when any gate finds an error, ToolError when the machine fails.
    """
    with tree.told(workspace), tree.locked(workspace) as completed:
        remarks = tuple(tree.completed(completed))
        try:
            outcome = _run(workspace, names, progress, origin, promoting=True, fresh=fresh)
        except InputRejected as error:
            if not remarks:
                raise
            raise InputRejected(error.report.plus(remarks), "only an earlier run was completed") from None
        return replace(outcome, report=outcome.report.plus(remarks))


def validate(
    workspace: Workspace,
    names: Sequence[str] = (),
    progress: Progress = silent,
    origin: From = NOWHERE,
    *,
    fresh: bool = False,
) -> Outcome:
    """Take environments through gates 1 to 5 without writing to the workspace; the outcome's diff is gate 6."""
    with tree.told(workspace):
        return _run(workspace, names, progress, origin, promoting=False, fresh=fresh)


def _run(
    workspace: Workspace, names: Sequence[str], progress: Progress, origin: From, *, promoting: bool, fresh: bool
) -> Outcome:
    started = time.monotonic()
    taken = overlays.snapshot(workspace.root)
    remembered = known(workspace)
    recall = remembered.nothing if fresh else remembered.recall
    expanded = build(taken, names, progress, today(), recall)
    progress("judging the step")
    step = judge_step(workspace, taken, expanded, origin)
    built = step.built
    progress("comparing")
    wanted = tree.tree_of(file for b in built for file in b.files)
    with tree.told(workspace, tree.CANNOT_READ):
        diff = tree.compare(workspace, wanted, [b.name for b in built] if names else ())
    # Environments that are not here may need what stands in a shared Layer.
    needless = () if names else unused(built, step.unasked)
    findings = [*(f for b in built for f in b.findings), *step.findings, *needless, *tree.obstacles(diff)]
    report = Report.of(findings, taken.files, (a for b in built for a in b.allowed))
    said = _said(step.against, promoting=promoting)
    _refuse(report, said)
    verifying = verifier(workspace)
    changed = _changed(diff) if promoting else {}
    anew = {path for b in built for path in unknown_to_schemas(b, recall(b.name))} | changed.keys()
    with tree.staging(workspace, promoting=promoting) as folder:
        progress(f"validating {len(anew):,} objects")
        tree.stage(workspace, folder, {path: wanted[path] for path in anew} if verifying.binary else changed)
        report = report.plus(f for b in built for f in located_refusals(verifying, b, folder, anew))
        _refuse(report, said)
        if promoting:
            progress("writing")
            tree.promote(workspace, diff)
            for b in built:
                remembered.keep(b.name, all_sound(b))
    seconds = time.monotonic() - started
    return Outcome(taken, built, report, diff, len(wanted), verifying.name, seconds, len(anew), step.against)


def _refuse(report: Report, said: str) -> None:
    if report.failed:
        raise InputRejected(report, said)


def _said(against: str, *, promoting: bool) -> str:
    """Return what a refused run tells besides: whoever only asks wants to know which step it was about."""
    return NOTHING_WRITTEN if promoting or not against else f"the step from commit {against[:12]} was judged with them"


def _changed(diff: tree.TreeDiff) -> Mapping[str, bytes]:
    return {change.path: change.after for change in diff.changes if change.after is not None}

"""All gates in their order, and promotion when they are passed.

Owns when something is staged, verified and promoted. Must not know how any stage works.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gitramp import overlays, tree
from gitramp.pipeline.build import Progress, build, located, silent
from gitramp.pipeline.built import Built
from gitramp.pipeline.clock import today
from gitramp.pipeline.judge import unused
from gitramp.pipeline.rendered import RenderedPlaces
from gitramp.pipeline.verify import Verifier, verifier
from gitramp.problem import Finding, InputRejected, Report
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

    @property
    def files(self) -> int:
        """How many files the environments have: one an object."""
        return sum(len(built.manifests) for built in self.built)

    @property
    def drift(self) -> Report:
        """The diff as findings, for a run that promised not to write."""
        return Report.of(tree.drift(self.diff))


def render(workspace: Workspace, names: Sequence[str] = (), progress: Progress = silent) -> Outcome:
    """Render environments and promote the result into `rendered/`, or leave it wholly as it was.

    Raises InputRejected when any gate finds an error, ToolError when the machine fails.
    """
    with tree.told(workspace), tree.locked(workspace) as completed:
        remarks = tuple(tree.completed(completed))
        try:
            outcome = _run(workspace, names, progress, promoting=True)
        except InputRejected as error:
            if not remarks:
                raise
            raise InputRejected(error.report.plus(remarks), "only an earlier run was completed") from None
        return replace(outcome, report=outcome.report.plus(remarks))


def validate(workspace: Workspace, names: Sequence[str] = (), progress: Progress = silent) -> Outcome:
    """Take environments through gates 1 to 5 without writing to the workspace; the outcome's diff is gate 6."""
    with tree.told(workspace):
        return _run(workspace, names, progress, promoting=False)


def _run(workspace: Workspace, names: Sequence[str], progress: Progress, *, promoting: bool) -> Outcome:
    started = time.monotonic()
    taken = overlays.snapshot(workspace.root)
    built = build(taken, names, progress, today())
    progress("comparing")
    wanted = {path: content for b in built for path, content in tree.rendered_tree(b.name, b.manifests).items()}
    with tree.told(workspace, tree.CANNOT_READ):
        diff = tree.compare(workspace, wanted, [b.name for b in built] if names else ())
    needless = () if names else unused(built)  # those who are not here may need what stands in a shared Layer
    findings = [*(f for b in built for f in b.findings), *needless, *tree.obstacles(diff)]
    report = Report.of(findings, taken.files, (a for b in built for a in b.allowed))
    _refuse(report)
    verifying = verifier(workspace)
    with tree.staging(workspace, promoting=promoting) as folder:
        progress(f"validating {len(wanted):,} objects")
        tree.stage(workspace, folder, wanted if verifying.binary else _changed(diff) if promoting else {})
        report = report.plus(f for b in built for f in _verify(verifying, b, folder))
        _refuse(report)
        if promoting:
            progress("writing")
            tree.promote(workspace, diff)
    return Outcome(taken, built, report, diff, len(wanted), verifying.name, time.monotonic() - started)


def _refuse(report: Report) -> None:
    if report.failed:
        raise InputRejected(report)


def _changed(diff: tree.TreeDiff) -> Mapping[str, bytes]:
    return {change.path: change.after for change in diff.changes if change.after is not None}


def _verify(verifying: Verifier, built: Built, folder: Path) -> Iterator[Finding]:
    paths = {tree.file_of(built.name, manifest): manifest for manifest in built.manifests}
    refusals = verifying.refusals(paths, built.environment.platform, folder)
    return located(refusals, built.values, RenderedPlaces(built.name))

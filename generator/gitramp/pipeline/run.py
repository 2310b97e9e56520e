"""All gates in their order, and promotion when they are passed.

Owns when something is staged, verified and promoted. Must not know how any stage works.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gitramp import kubeconform, overlays, schemas, tree
from gitramp.pipeline.build import Built, Progress, build, located, silent
from gitramp.problem import Code, Finding, InputRejected, Report
from gitramp.resource import Breach
from gitramp.source import Snapshot
from gitramp.workspace import EXTRA_SCHEMAS, Workspace


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
            raise InputRejected(Report.of([*error.report, *remarks]), "only an earlier run was completed") from None
        return replace(outcome, report=Report.of([*outcome.report, *remarks]))


def validate(workspace: Workspace, names: Sequence[str] = (), progress: Progress = silent) -> Outcome:
    """Take environments through gates 1 to 5 without writing to the workspace; the outcome's diff is gate 6."""
    with tree.told(workspace):
        return _run(workspace, names, progress, promoting=False)


def _run(workspace: Workspace, names: Sequence[str], progress: Progress, *, promoting: bool) -> Outcome:
    started = time.monotonic()
    taken = overlays.snapshot(workspace.root)
    built = build(taken, names, progress)
    progress("comparing")
    wanted = {path: content for b in built for path, content in tree.rendered_tree(b.name, b.manifests).items()}
    with tree.told(workspace, tree.CANNOT_READ):
        diff = tree.compare(workspace, wanted, [b.name for b in built] if names else ())
    findings = [*(f for b in built for f in b.findings), *tree.obstacles(diff)]
    _refuse(findings)
    schemas.refuse_unusable(workspace.root / EXTRA_SCHEMAS)
    binary = kubeconform.find(workspace.tools)
    with tree.staging(workspace, promoting=promoting) as folder:
        progress(f"validating {len(wanted):,} objects")
        tree.stage(workspace, folder, wanted if binary else _changed(diff) if promoting else {})
        findings.extend(f for b in built for f in _verify(workspace, b, folder, binary))
        _refuse(findings)
        if promoting:
            progress("writing")
            tree.promote(workspace, diff)
    tool = f"kubeconform {kubeconform.version(binary)}" if binary else f"{schemas.TOOL} in process (no kubeconform)"
    return Outcome(taken, built, Report.of(findings), diff, len(wanted), tool, time.monotonic() - started)


# As kubeconform and jsonschema-rs say it.
_UNKNOWN = re.compile(r"(?i)additional properties (?:are not allowed \()?'(?P<key>[A-Za-z0-9_.-]+)'")


def _refuse(findings: Sequence[Finding]) -> None:
    report = Report.of(findings)
    if report.failed:
        raise InputRejected(report)


def _changed(diff: tree.TreeDiff) -> Mapping[str, bytes]:
    return {change.path: change.after for change in diff.changes if change.after is not None}


def _verify(workspace: Workspace, built: Built, folder: Path, binary: Path | None) -> Iterator[Finding]:
    refusals = _refusals(workspace, built, folder, binary)
    return located(((code, _at_the_unknown(breach)) for code, breach in refusals), built.values)


def _at_the_unknown(breach: Breach) -> Breach:
    """Lead to the field that a schema does not know, and not to what is around it: a patch may have put it there."""
    found = _UNKNOWN.search(breach.message)
    inside = found and (*breach.pointer, found["key"])
    return (
        replace(breach, pointer=inside) if inside and breach.manifest and inside in breach.manifest.origins else breach
    )


def _refusals(workspace: Workspace, built: Built, folder: Path, binary: Path | None) -> Iterator[tuple[Code, Breach]]:
    platform = built.environment.platform
    folders = workspace.schema_folders(platform.kubernetes, platform.istio)
    if binary is None:
        yield from schemas.apply(built.manifests, folders)
        return
    paths = {tree.file_of(built.name, manifest): manifest for manifest in built.manifests}
    for unknown, breach in kubeconform.verify(binary, folder, paths, platform.kubernetes, folders):
        yield schemas.NO_SCHEMA if unknown else schemas.BREACH, breach

"""Whether overlays with an intent in them would pass all gates, before a byte of them is written anywhere.

Owns what is judged of an edit that is only planned: its environments, and the step from the commit that it starts at.
Must not know what becomes of the edit, nor where its overlays come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from gitramp import memory, tree
from gitramp.model import Environment
from gitramp.pipeline.bases import Base
from gitramp.pipeline.build import Progress, build, built_before
from gitramp.pipeline.built import Built
from gitramp.pipeline.clock import today
from gitramp.pipeline.known import known, unknown_to_schemas
from gitramp.pipeline.message import changes
from gitramp.pipeline.transition import judge_from
from gitramp.pipeline.verify import located_refusals, verifier
from gitramp.problem import Finding, GitrampError, InputRejected, Report
from gitramp.source import Snapshot
from gitramp.verbs.amend import Amendment
from gitramp.workspace import Workspace

NOTHING_WRITTEN = "nothing was written; lines are those of the file with the edit in it"


@dataclass(frozen=True, slots=True)
class Trial:
    """Environments with an edit in them, all sound, and as they were before, as far as that can be read."""

    built: tuple[Built, ...]
    before: Mapping[str, Built]
    report: Report

    @property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """What changes for traffic: environment and sentence."""
        return tuple(
            (built.name, sentence)
            for built in self.built
            for sentence in changes(self._environment_before(built.name), built.environment)
        )

    def _environment_before(self, name: str) -> Environment | None:
        return self.before[name].environment if name in self.before else None

    @property
    def files(self) -> Mapping[str, bytes]:
        """The rendered files of the environments: path -> bytes."""
        return tree.tree_of(file for built in self.built for file in built.files)


def attempt(
    workspace: Workspace,
    amendment: Amendment,
    base: Base | None,
    approved: Sequence[str],
    progress: Progress,
) -> Trial:
    """Take the environments that an edit changes through all gates.

    `base` is the commit that the step is judged from, None where there is none. Raises InputRejected when a gate
    refuses, with places in the files as they would be.
    """
    try:
        return _attempt(workspace, amendment, base, approved, progress)
    except InputRejected as rejected:
        raise InputRejected(rejected.over(amendment.after.files).report, NOTHING_WRITTEN) from None


def _attempt(
    workspace: Workspace, amendment: Amendment, base: Base | None, approved: Sequence[str], progress: Progress
) -> Trial:
    names = amendment.names
    if not names:
        return Trial((), {}, Report())
    before = built_as_it_was(amendment.before, names)
    remembered = known(workspace)
    built = build(amendment.after, names, progress, today(), remembered.recall)
    findings: tuple[Finding, ...] = ()
    if base is not None:
        progress("judging the step")
        start = replace(base, built=before) if base.taken.files == amendment.before.files else base
        judged = judge_from(start, amendment.after, built, approved)
        built, findings = judged.built, judged.findings
    report = Report.of([*(f for b in built for f in b.findings), *findings], amendment.after.files)
    if not report.failed:
        report = report.plus(_refused_by_schemas(workspace, built, before, remembered, progress))
    if report.failed:
        raise InputRejected(report)
    return Trial(built, before, report)


def _refused_by_schemas(
    workspace: Workspace,
    built: Sequence[Built],
    before: Mapping[str, Built],
    remembered: memory.Memory,
    progress: Progress,
) -> list[Finding]:
    """Ask the schemas about what no run has asked them about before.

    What the edit changes is for kubeconform; the thousands of objects that it leaves as they were are judged by the
    same schemas in process, which takes a hundredth of the time.
    """
    verifying = verifier(workspace)
    anew = {path for b in built for path in unknown_to_schemas(b, remembered.recall(b.name))}
    lasting = anew & {path for b in built for path in _lasting(before.get(b.name), b)}
    edited = anew - lasting
    progress(f"validating {len(anew):,} objects")
    with tree.staging(workspace, promoting=False) as folder:
        wanted = {path: content for b in built for path, content in b.files if path in edited}
        tree.stage(workspace, folder, wanted)
        asked = ((verifying, edited), (replace(verifying, binary=None), lasting))
        return [f for each, paths in asked for b in built for f in located_refusals(each, b, folder, paths)]


def _lasting(before: Built | None, after: Built) -> Iterator[str]:
    """Yield the paths of the objects that an edit leaves as they were, with the schemas that they are for."""
    if before is None or before.environment.platform != after.environment.platform:
        return
    was = {manifest.id: manifest.body for manifest in before.manifests}
    for (path, _), manifest in zip(after.files, after.manifests, strict=True):
        if was.get(manifest.id) == manifest.body:
            yield path


def built_as_it_was(taken: Snapshot, names: Sequence[str]) -> Mapping[str, Built]:
    """Build environments as they stand, as far as they can be read."""
    found: dict[str, Built] = {}
    for name in names:
        with suppress(GitrampError):  # a broken past must not stop an edit that mends it
            found[name] = built_before(taken, name)
    return found

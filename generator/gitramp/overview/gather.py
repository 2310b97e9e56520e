"""The work tree, looked at once: through all gates, or, where they refuse it, environment by environment.

Owns that an error in one environment hides nothing of another, and which environments a finding concerns. Must not know
how a page looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gitramp import overlays, repo, tree
from gitramp.model import Environment
from gitramp.overview.facts import Overview, Seen, Standing, identity
from gitramp.overview.flows import own_routes, services, services_unrendered
from gitramp.overview.standings import standings
from gitramp.pipeline.build import Progress, build, built_before, model_of, silent
from gitramp.pipeline.built import Built
from gitramp.pipeline.clock import today
from gitramp.pipeline.compare import declared
from gitramp.pipeline.known import known
from gitramp.pipeline.run import Outcome, validate
from gitramp.pipeline.transition import From
from gitramp.problem import Finding, InputRejected, Report
from gitramp.ramps.standing import Key
from gitramp.ramps.status import Source, opened
from gitramp.source import Snapshot
from gitramp.workspace import RENDERED, Workspace, environment_of


@dataclass(frozen=True, slots=True)
class _Tried:
    """An environment, as far as it can be had: built, expanded all the same, only its model, or as `committed`."""

    name: str
    built: Built | None = None
    model: Environment | None = None
    findings: tuple[Finding, ...] = ()
    drift: tuple[Finding, ...] | None = None
    committed: bool = False


def overview(workspace: Workspace, names: Sequence[str] = (), progress: Progress = silent) -> Overview:
    """Look at environments, all when none is named; what the gates refuse is told with the rest.

    Raises UsageError for an environment that there is not, ToolError when the machine fails.
    """
    try:
        outcome = validate(workspace, names, progress, From())
    except InputRejected as rejected:
        return _refused(workspace, names, progress, rejected.report)
    tried = tuple(_passed(one, outcome) for one in outcome.built)
    found = _overview(workspace, outcome.taken, tried, outcome.report)
    own = {one.name for one in outcome.built}
    gone = tuple(f for f in outcome.drift if f.mark and environment_of(f.mark.path) not in own)
    return replace(found, against=outcome.against, verified_by=outcome.verified_by, gone=gone)


def _touched(source: Source, seen: Sequence[Seen]) -> frozenset[str]:
    """Return the rendered files that are not as HEAD has them, which tells a hand edit from one of an overlay."""
    if not any(each.drift for each in seen) or source.repository is None or source.commit is None:
        return frozenset()
    return frozenset(repo.edited(source.repository, RENDERED))


def _passed(one: Built, outcome: Outcome) -> _Tried:
    drift = tuple(f for f in outcome.drift if f.mark and environment_of(f.mark.path) == one.name)
    return _Tried(one.name, one, one.environment, one.findings, drift)


def _refused(workspace: Workspace, names: Sequence[str], progress: Progress, report: Report) -> Overview:
    """Look at each environment alone, so that what is well in one is told though another is refused."""
    taken = overlays.snapshot(workspace.root)
    tried = []
    for name in dict.fromkeys(names or overlays.names(taken)):
        progress(f"looking at {name}")
        tried.append(_tried(workspace, taken, name))
    whole = Report.of((*report, *(f for each in tried for f in each.findings)), taken.files, report.allowed)
    return _overview(workspace, taken, tried, whole)


def _tried(workspace: Workspace, taken: Snapshot, name: str) -> _Tried:
    try:
        (built,) = build(taken, [name], today=today(), recall=known(workspace).recall)
    except InputRejected as rejected:
        return _as_far_as_it_goes(taken, name, rejected.report.findings)
    with tree.told(workspace, tree.CANNOT_READ):
        diff = tree.compare(workspace, tree.tree_of(built.files), [name])
    findings = (*built.findings, *tree.obstacles(diff))
    return _Tried(name, built, built.environment, findings, tuple(tree.drift(diff)))


def _as_far_as_it_goes(taken: Snapshot, name: str, findings: tuple[Finding, ...]) -> _Tried:
    try:
        built = built_before(taken, name)
    except InputRejected:
        try:
            return _Tried(name, model=model_of(taken, name), findings=findings)
        except InputRejected:
            return _Tried(name, findings=findings)
    return _Tried(name, built, built.environment, findings)


def _as_committed(source: Source, tried: _Tried) -> _Tried:
    """Take HEAD's environment for one whose overlays on the disk tell nothing: a canary that runs is not to vanish."""
    if tried.model is not None or source.commit is None or tried.name not in overlays.names(source.taken):
        return tried
    try:
        built = built_before(source.taken, tried.name)
    except InputRejected:
        return tried
    return replace(tried, built=built, model=built.environment, committed=True)


def _overview(workspace: Workspace, taken: Snapshot, tried: Sequence[_Tried], report: Report) -> Overview:
    source = opened(workspace, None)
    tried = [_as_committed(source, each) for each in tried]
    told = standings(source, taken, [each.built for each in tried if each.built])
    seen = tuple(_seen(each, told, report) for each in tried)
    parities = declared([each.built for each in tried if each.built and not each.committed], taken)
    touched = _touched(source, seen)
    return Overview(seen, source.commit, source.edited, report, parities, touched=touched)


def _seen(tried: _Tried, told: Mapping[Key, Standing], report: Report) -> Seen:
    known_here = {identity(finding) for finding in tried.findings}
    findings = tuple(f for f in report if identity(f) in known_here or _concerns(f, tried.name))
    found = services(tried.built) if tried.built else services_unrendered(tried.model) if tried.model else ()
    seen = tuple(replace(each, standing=told.get((each.service.name, tried.name))) for each in found)
    if tried.built is None:
        return Seen(tried.name, tried.model, seen, findings, tried.drift)
    own, objects, tests = tuple(own_routes(tried.built)), len(tried.built.manifests), tried.built.asked.passed
    return Seen(tried.name, tried.model, seen, findings, tried.drift, own, objects, tests, tried.committed)


def _concerns(finding: Finding, name: str) -> bool:
    """Whether a finding that no environment has as its own is about one: by the rendered file, else by the overlay."""
    marks = [mark for mark in (finding.mark, *(other.mark for other in finding.related)) if mark]
    rendered = {environment_of(mark.path) for mark in marks} - {""}
    said = {parts[0] for mark in marks[:1] if (parts := overlays.parts_of(mark.path))}
    return name in (rendered or said)

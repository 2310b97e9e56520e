"""How every service of every environment stands: its tracks, its canary, how it came there, what comes next.

Owns what is looked at and as of which commit. Must not know how history is read, nor how a standing is shown.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gitramp import overlays, repo
from gitramp.model import Environment, Service
from gitramp.pipeline.bases import is_edited
from gitramp.pipeline.build import model_of
from gitramp.pipeline.transition import followed
from gitramp.problem import Finding, InputRejected, Report, UsageError
from gitramp.ramps.ahead import Ahead, ahead
from gitramp.ramps.standing import Key, Stay, stays
from gitramp.source import Snapshot, did_you_mean, show
from gitramp.workspace import ENVIRONMENTS, Workspace


@dataclass(frozen=True, slots=True)
class Line:
    """One service of one environment; `stay` is None without a canary or a repository, `ahead` without a canary."""

    environment: str
    service: Service
    stay: Stay | None
    ahead: Ahead | None


@dataclass(frozen=True, slots=True)
class Status:
    """How services stand at a commit, "" for files that are in none, and what keeps environments from being read.

    `moment` is when that was asked, in Unix seconds, `edited` whether the overlays on the disk are not the commit's.
    `upstream` is how HEAD's branch stands to the one it follows, None where it follows none or a revision was asked.
    """

    lines: tuple[Line, ...]
    moment: int
    commit: str = ""
    edited: bool = False
    report: Report = field(default_factory=Report)
    upstream: repo.Upstream | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The overlays that are looked at, and the commit they are of; without one there is no history."""

    taken: Snapshot
    repository: repo.Repository | None = None
    commit: repo.Commit | None = None
    edited: bool = False


def status(
    workspace: Workspace,
    names: Sequence[str] = (),
    services: Sequence[str] = (),
    *,
    ramps: bool = False,
    revision: str | None = None,
    moment: int | None = None,
) -> Status:
    """Say how services stand at HEAD or another revision; all that are there, or with `ramps` those with a canary.

    In a folder without a repository, or without a commit yet, the files on the disk are looked at. Raises UsageError
    for an environment or service that there is not, RepoError for a revision.
    """
    source = opened(workspace, revision)
    moment = int(time.time()) if moment is None else moment
    models, findings = _models(source.taken, names)
    if not findings:
        refuse_unknown(services, {service for model in models.values() for service in model.services})
    others = {**followed(source.taken, tuple(models.values()), models.keys()), **models}
    told = _stays(source, tuple(models), services)
    lines = tuple(
        Line(name, service, told.get((service.name, name)), _ahead(model, service, told, others, moment))
        for name, model in models.items()
        for service in model.services.values()
        if (not services or service.name in services) and (service.canary or not ramps)
    )
    commit = source.commit.id if source.commit else ""
    upstream = repo.upstream(source.repository) if source.repository and revision is None else None
    return Status(lines, moment, commit, source.edited, Report.of(findings, source.taken.files), upstream)


def opened(workspace: Workspace, revision: str | None) -> Source:
    """Take the overlays of a revision, or of HEAD, or what is on the disk where there is neither."""
    if revision is None and not repo.is_in_repository(workspace.root):
        return Source(overlays.snapshot(workspace.root))
    repository = repo.open_repository(workspace.root)
    found = repo.head_commit(repository) if revision is None else repo.commit_named(repository, revision)
    if found is None:
        return Source(overlays.snapshot(workspace.root))
    edited = revision is None and is_edited(repository, found, overlays.snapshot(workspace.root))
    return Source(repo.snapshot_at(repository, found, ENVIRONMENTS), repository, found, edited)


def _models(taken: Snapshot, names: Sequence[str]) -> tuple[dict[str, Environment], list[Finding]]:
    """Read environments, and say of those that cannot be read why."""
    read = functools.cache(overlays.read_mapping)
    models: dict[str, Environment] = {}
    findings: list[Finding] = []
    for name in dict.fromkeys(names or overlays.names(taken)):
        try:
            models[name] = model_of(taken, name, read=read)
        except InputRejected as rejected:
            findings.extend(rejected.report)
    return models, list(dict.fromkeys(findings))


def refuse_unknown(services: Sequence[str], known: Collection[str]) -> None:
    """Raise UsageError for the first service that is not among the known ones."""
    unknown = [service for service in services if service not in known]
    if not unknown:
        return
    hint = did_you_mean(unknown[0], sorted(known), f"known: {', '.join(sorted(known)[:20]) or 'none'}")
    raise UsageError(f"no service {show(unknown[0])} in the environments that were asked; {hint}")


def _stays(source: Source, names: Sequence[str], services: Sequence[str]) -> Mapping[Key, Stay]:
    if source.repository is None or source.commit is None:
        return {}
    return stays(source.repository, source.commit, source.taken, names, services)


def _ahead(
    model: Environment, service: Service, told: Mapping[Key, Stay], others: Mapping[str, Environment], moment: int
) -> Ahead | None:
    return ahead(model, service, told.get((service.name, model.name)), others, moment)

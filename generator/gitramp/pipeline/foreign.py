"""The gates over manifests that anybody wrote: no overlay, nothing rendered, the same verdict.

Owns their order for a folder or a stream. Must not know how any gate works.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args, get_type_hints

from gitramp import allowances, checks, foreign, schemas, tree, yamlio
from gitramp.model import Platform
from gitramp.pipeline.build import Progress, located, silent
from gitramp.pipeline.clock import today
from gitramp.pipeline.judge import comments
from gitramp.pipeline.verify import Verifier, verifier
from gitramp.problem import Allowed, Code, Finding, InputRejected, Report, UsageError
from gitramp.resource import Breach, ManifestSet
from gitramp.source import Snapshot, show
from gitramp.workspace import RENDERED, Workspace

STREAM = "-"
_REMEDY = "mend the field, or name the versions of the cluster and the mesh with --kubernetes and --istio"


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be judged: a folder or file as people call it, or the bytes of a stream, and what it is for.

    `namespace` is where objects go that say none.
    """

    shown: str
    platform: Platform
    namespace: str = "default"
    stream: bytes = b""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on manifests that anybody wrote: what was found, and how much was looked at by whom."""

    taken: Snapshot
    report: Report
    files: int
    objects: int
    verified_by: str
    seconds: float


def validate_tree(workspace: Workspace, given: Given, progress: Progress = silent) -> Judged:
    """Judge the objects of a folder, a file or a stream by every rule over objects and by the schemas.

    `workspace` lends its own schemas and tools. Raises UsageError for a path that is not there, InputRejected when
    there is something that is no object.
    """
    started = time.monotonic()
    progress("reading manifests")
    taken = _taken(given)
    documents = foreign.read(taken, given.shown)
    unsound = (fault for at, document in documents.documents for fault in checks.check_document(document, at))
    refused = Report.of([*documents.findings, *located(unsound, documents.values)])
    if refused.failed:
        # Rules across objects would take what could not be read for what is not there.
        others = len(taken.files.keys() - {finding.mark.path for finding in refused if finding.mark})
        said = f"the objects of {others:,} other files were not judged" if others else "no object was judged"
        raise InputRejected(refused, said).over(taken.files)
    manifests = foreign.objects(documents, given.namespace)
    progress(f"validating {len(manifests):,} objects")
    verifying = verifier(workspace)
    found = (*checks.check_manifests(manifests), *_schema_faults(workspace, verifying, manifests, given.platform))
    held, about = comments(taken.files.items(), today())
    settled = tuple(allowances.settle(located(found, documents.values), held))
    told = (*refused, *about, *(each for each in settled if isinstance(each, Finding)))
    report = Report.of(told, taken.files, (each for each in settled if isinstance(each, Allowed)))
    seconds = time.monotonic() - started
    return Judged(taken, report, len(taken.files), len(manifests), verifying.name, seconds)


def platform(kubernetes: str, istio: str) -> Platform:
    """Return the platform with these versions, the newest where none is said; raises UsageError for an unknown one."""
    said = {"kubernetes": kubernetes, "istio": istio}
    for name, version in said.items():
        known = get_args(get_type_hints(Platform)[name])
        if version and version not in known:
            raise UsageError(f"{name} {show(version)} is not known here; choose one of {', '.join(known)}")
    return Platform(**{name: version for name, version in said.items() if version})  # type: ignore[arg-type]


def _taken(given: Given) -> Snapshot:
    if given.shown == STREAM:
        return Snapshot({STREAM: given.stream})
    if not given.shown:
        raise UsageError("--tree names nothing; name a folder or a file, or - for stdin")
    folder = Path(given.shown)
    try:
        if folder.exists():
            return foreign.snapshot(folder, given.shown)
    except OSError as error:
        raise UsageError(f"{show(given.shown)} cannot be looked into: {error.strerror}") from None
    raise UsageError(f"there is no file or folder {show(given.shown)}")


def _schema_faults(
    workspace: Workspace, verifying: Verifier, manifests: ManifestSet, platform: Platform
) -> Iterator[tuple[Code, Breach]]:
    """Yield what the schemas refuse. Objects are staged by number: two may be called the same."""
    paths = {f"{RENDERED}/tree/{position:06}.yaml": manifest for position, manifest in enumerate(manifests)}
    with tree.staging(workspace, promoting=False) as folder:
        if verifying.binary:
            tree.stage(workspace, folder, {path: yamlio.write(m.body, tree.MARK) for path, m in paths.items()})
        for code, breach in verifying.refusals(paths, platform, folder):
            yield code, replace(breach, remedy=_REMEDY if code is schemas.BREACH else "")

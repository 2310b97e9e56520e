"""Commit what the overlays render to, with a message that says what changes for traffic.

Owns which paths belong in the commit and the message. Must not know how Git does it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from gitramp import overlays, repo, tree
from gitramp.model import Environment
from gitramp.pipeline.build import Progress, build, silent
from gitramp.pipeline.built import Built
from gitramp.pipeline.codes import LEFT_BEHIND, SAVED_MEANWHILE
from gitramp.pipeline.message import NOTHING, Note, message
from gitramp.pipeline.run import Outcome, render, validate
from gitramp.pipeline.transition import NOWHERE, From
from gitramp.problem import Finding, GitrampError, InputRejected, Mark, Report, ToolError
from gitramp.source import Snapshot
from gitramp.workspace import ENVIRONMENTS, EXTRA_SCHEMAS, FILES, RENDERED, Workspace, folders_of


@dataclass(frozen=True, slots=True)
class Published:
    """A run that ended in a commit, or in none when there was nothing to do."""

    outcome: Outcome
    commit: str | None
    message: str
    paths: tuple[str, ...]


def publish(
    workspace: Workspace,
    names: Sequence[str] = (),
    progress: Progress = silent,
    origin: From = NOWHERE,
    note: Note = NOTHING,
) -> Published:
    """Render, validate and commit environments, all when none is named: their overlays and rendered files only.

    `origin` says from where the step is judged, and who approves it, which the message then tells; `note` is what it
    tells besides. One with actions is a commit also where no file changes. Raises InputRejected when a gate refuses,
    RepoError when Git or the state of the repository does.
    """
    repository = repo.open_repository(workspace.root)
    repo.refuse_unready(repository)
    repo.refuse_absent(repository, ENVIRONMENTS, overlays.is_input)
    outcome = render(workspace, names, progress, _judged_from(repository, origin))
    progress("committing")
    edited = _overlay_paths(repository, outcome.built, everything=not names)
    repo.refuse_ignored(repository, {path for b in outcome.built for path in b.values.files}, [ENVIRONMENTS])
    _refuse_left_behind(workspace, repository, names, edited)
    paths = (*edited, *_rendered_paths(repository, outcome.built, everything=not names))
    if not paths and not note.actions:
        return Published(outcome, None, "", ())
    before = _environments(repo.head_snapshot(repository, ENVIRONMENTS))
    text = message(before, outcome.built, paths, everything=not names, actions=note.actions)
    planned = repo.planned_tree(repository, paths)
    if overlays.snapshot(workspace.root) != outcome.taken:
        raise ToolError(SAVED_MEANWHILE, f"{ENVIRONMENTS}/ is not what was rendered any more; nothing was committed")
    rendered_from = repo.subtree_id(repository, planned, ENVIRONMENTS)
    text = replace(note, approved=origin.approved).on(text, rendered_from)
    made = repo.commit(repository, paths, text, planned, note.by, empty=not paths)
    return Published(outcome, made, text, paths) if made else Published(outcome, None, "", ())


def _judged_from(repository: repo.Repository, origin: From) -> From:
    """Return where the step of a commit begins: at HEAD, if there is one, unless another revision was named."""
    if origin.off or origin.revision is not None:
        return origin
    return replace(origin, revision="HEAD") if repo.head_commit(repository) else NOWHERE


def _overlay_paths(repository: repo.Repository, built: Sequence[Built], *, everything: bool) -> tuple[str, ...]:
    """Return the changed files that decide what these environments render to, and whether that is valid."""
    changed = repo.changed_paths(repository, [ENVIRONMENTS, EXTRA_SCHEMAS])
    files = {path for b in built for path in b.values.files}
    folders = tuple(f"{path.removesuffix('.yaml')}/{folder}/" for path in files for folder in ("services", FILES))
    return tuple(
        path
        for path in changed
        if path in files
        or path.startswith(f"{EXTRA_SCHEMAS}/")
        or (overlays.is_input(path) and (everything or path.startswith(folders)))
    )


def _refuse_left_behind(
    workspace: Workspace, repository: repo.Repository, names: Sequence[str], edited: Collection[str]
) -> None:
    if not names or not edited:
        return
    chains = overlays.read_chains(overlays.snapshot(workspace.root))
    findings = [
        Finding(LEFT_BEHIND, f"{path} changes {name} too, which is not in this commit", Mark(path))
        for name, chain in chains.items()
        for path in sorted({p for overlay in chain for p in overlay.files} & set(edited))
        if name not in names and _is_behind(workspace, repository, name)
    ]
    if findings:
        raise InputRejected(Report.of(findings), f"{RENDERED}/ is up to date, nothing was committed")


def _is_behind(workspace: Workspace, repository: repo.Repository, name: str) -> bool:
    return bool(repo.changed_paths(repository, folders_of(name)) or validate(workspace, [name]).diff)


def _rendered_paths(repository: repo.Repository, built: Sequence[Built], *, everything: bool) -> tuple[str, ...]:
    """Return the rendered files that differ from HEAD, those that were pruned included; never a stranger's."""
    folders = [RENDERED] if everything else [folder for b in built for folder in folders_of(b.name)]
    changed = repo.changed_paths(repository, folders)
    written = {tree.file_of(b.name, manifest) for b in built for manifest in b.manifests}
    repo.refuse_ignored(repository, written, folders)
    gone = [path for path in changed if path not in written]
    before = repo.head_snapshot(repository, RENDERED) if gone else None
    ours = {path for path, content in before.files.items() if tree.is_ours(content)} if before else set()
    missing = {path for path in gone if not (repository.workspace / path).exists()}
    return tuple(path for path in changed if path in written or path in ours & missing)


def _environments(taken: Snapshot | None) -> Mapping[str, Environment]:
    """Read the environments of a revision as far as they can be read: a broken past must not stop a commit."""
    if taken is None:
        return {}
    found: dict[str, Environment] = {}
    for name in overlays.names(taken):
        with suppress(GitrampError):
            found.update((b.name, b.environment) for b in build(taken, [name]))
    return found

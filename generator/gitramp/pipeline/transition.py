"""Gate 3, the step: from which revision, which environments changed, and what the rules say of it.

Owns the choice of the base and of the moment. Must not know any rule, nor how Git is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType

from gitramp import ordering, overlays, repo, steps
from gitramp.model import Environment
from gitramp.pipeline import bases, past
from gitramp.pipeline.bases import Base
from gitramp.pipeline.build import built_before, located, model_of
from gitramp.pipeline.built import Built
from gitramp.pipeline.codes import BASE_UNREADABLE, NOT_JUDGED
from gitramp.pipeline.judge import settle
from gitramp.pipeline.rendered import RenderedPlaces
from gitramp.problem import Code, Finding, GitrampError, InputRejected, Mark, RepoError
from gitramp.resource import Breach
from gitramp.source import Snapshot, show
from gitramp.workspace import ENVIRONMENTS, FILES, Workspace


@dataclass(frozen=True, slots=True)
class From:
    """From which revision a step is judged: one that is named, or the base that fits; `off` for none.

    `approved` are those who approve the commit that is about to be made.
    """

    revision: str | None = None
    off: bool = False
    approved: tuple[str, ...] = ()


NOWHERE = From(off=True)
NOTHING: Mapping[str, Sequence[Finding]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Judgement:
    """The environments with what their steps were found to be; `findings` are of none of them alone.

    `against` is the commit from which they were judged, "" for none; `unasked` are then the codes that nobody asked.
    """

    built: tuple[Built, ...]
    findings: tuple[Finding, ...] = ()
    against: str = ""

    @property
    def unasked(self) -> frozenset[str]:
        """Codes of rules that had no base to compare with."""
        codes = (*(rule.code for rule in steps.rules()), *ordering.codes.EVERY)
        return frozenset() if self.against else frozenset(code.number for code in codes)


def judge_step(workspace: Workspace, taken: Snapshot, built: Sequence[Built], origin: From) -> Judgement:
    """Judge the step to what was built. Raises RepoError when Git does not have the revision that was asked for."""
    if origin.off or (origin.revision is None and not repo.is_in_repository(workspace.root)):
        return _judgement(_alone(taken, built), built)
    try:
        base = bases.found(workspace, taken, origin.revision)
    except RepoError as error:
        if origin.revision is not None:
            raise
        remedy = error.remedy or error.code.remedy
        untold = Finding(NOT_JUDGED, f"no step was judged: {error.message}", _first(built), remedy)
        return _judgement(_alone(taken, built), built, findings=(untold,))
    if base is None:
        return _judgement(_alone(taken, built), built)
    return judge_from(base, taken, built, origin.approved)


def judge_from(base: Base, taken: Snapshot, built: Sequence[Built], approved: Sequence[str]) -> Judgement:
    """Judge the step from a base to what was built; `approved` are those who approve it."""
    change, untold_of = _change(base, taken, built, approved)
    gone, unread = _gone(base, taken, built)
    change = replace(change, gone=gone, moment=base.moment)
    return _judgement(change, built, untold_of, unread, base.commit.id)


def _alone(taken: Snapshot, built: Sequence[Built]) -> steps.Change:
    """Return what can be asked without a base: whether environments follow others that are there."""
    return steps.Change((), {}, {b.name: b.environment for b in built}, frozenset(overlays.names(taken)))


def _judgement(
    change: steps.Change,
    built: Sequence[Built],
    untold: Mapping[str, Sequence[Finding]] = NOTHING,
    findings: Sequence[Finding] = (),
    against: str = "",
) -> Judgement:
    """Ask the rules. What they say of an environment that is gone has no line, and no policy that rates it."""
    found = tuple(steps.judge(change))
    removed = [Finding(c, b.message, _first(built), b.remedy) for name, c, b in found if name in change.gone]
    return Judgement(_settled(change, built, found, untold), (*findings, *removed), against)


def _settled(
    change: steps.Change,
    built: Sequence[Built],
    found: Sequence[tuple[str, Code, Breach]],
    untold: Mapping[str, Sequence[Finding]],
) -> tuple[Built, ...]:
    """Add to each environment what was found of its step."""
    settled = []
    for each in built:
        own = [(code, breach) for name, code, breach in found if name == each.name]
        ways = (ordering.find(step.old, step.new) for step in change.steps if step.name == each.name)
        own += [breach for way in ways for breach in way]
        told = located(own, each.values, RenderedPlaces(each.name))
        settled.append(settle(each, (*told, *untold.get(each.name, ()))))
    return tuple(settled)


def _first(built: Sequence[Built]) -> Mark:
    return Mark(built[0].values.files[-1] if built else f"{ENVIRONMENTS}/")


def _change(
    base: Base, taken: Snapshot, built: Sequence[Built], approved: Sequence[str]
) -> tuple[steps.Change, Mapping[str, Sequence[Finding]]]:
    """Bring together what rules may know; and say of which environments they cannot."""
    known = overlays.names(base.taken)
    ours = {b.name: b.environment for b in built}
    before, untold = _before(base, taken, ours.keys() & set(known))
    others = followed(taken, (*ours.values(), *(b.environment for b in before.values())), ours.keys())
    present = {**others, **ours}
    theirs, more = _before(base, taken, others.keys() & set(known))
    before, untold = before | theirs, untold | more
    made = {b.name: _step(base, before[b.name], b, approved) for b in built if b.name in before}
    was = {n: before[n].environment if n in before else present[n] for n in present if n in known and n not in untold}
    change = steps.Change(tuple(step for step, _ in made.values()), was, present, frozenset(overlays.names(taken)))
    return change, untold | {name: findings for name, (_, findings) in made.items()}


def _before(
    base: Base, taken: Snapshot, names: AbstractSet[str]
) -> tuple[dict[str, Built], dict[str, Sequence[Finding]]]:
    """Build the environments that may differ as they were, and say which of them cannot be read."""
    differing = moved(base.taken, taken)
    before: dict[str, Built] = {}
    untold: dict[str, Sequence[Finding]] = {}
    for name in sorted(names):
        try:
            if touches(name, base.taken, taken, differing):
                before[name] = base.built.get(name) or built_before(base.taken, name)
        except GitrampError as error:
            untold[name] = (unreadable(name, base, error),)
    return before, untold


def _gone(base: Base, taken: Snapshot, built: Sequence[Built]) -> tuple[Mapping[str, Environment], tuple[Finding, ...]]:
    """Return the environments that are rendered no more, and what of them cannot be read; a run about some asks not."""
    present = set(overlays.names(taken))
    if present != {b.name for b in built}:
        return {}, ()
    gone: dict[str, Environment] = {}
    unread: list[Finding] = []
    for name in sorted(set(overlays.names(base.taken)) - present):
        try:
            gone[name] = model_of(base.taken, name)
        except GitrampError as error:
            unread.append(replace(unreadable(name, base, error), mark=_first(built)))
    return gone, tuple(unread)


def moved(before: Snapshot, after: Snapshot) -> frozenset[str]:
    """Return the paths of overlays, and of files beside them, that differ."""
    paths = {*before.files, *after.files}
    return frozenset(p for p in paths if overlays.is_input(p) and before.files.get(p) != after.files.get(p))


def touches(name: str, before: Snapshot, after: Snapshot, differing: frozenset[str]) -> bool:
    """Say whether an environment is made from anything that differs; any overlay may name a file beside another."""
    if not differing or any(f"/{FILES}/" in path for path in differing):
        return bool(differing)
    chains = (overlays.read_chains(taken, [name])[name] for taken in (before, after))
    return any(path in differing for chain in chains for overlay in chain for path in overlay.files)


def unreadable(name: str, base: Base, error: GitrampError, what: str = "the step of {} was not judged") -> Finding:
    """Say that an environment cannot be read at the base, and what therefore was not done with it."""
    why = str(error)
    if isinstance(error, InputRejected):
        first = next(iter(error.report))
        why = f"{first.code} {first.message}"
    message = f"{what.format(name)}: at {base.commit.id[:12]} it cannot be read, {show(why, 200)}"
    return Finding(BASE_UNREADABLE, message, Mark(f"{ENVIRONMENTS}/{name}.yaml"))


def _step(base: Base, before: Built, after: Built, approved: Sequence[str]) -> tuple[steps.Step, tuple[Finding, ...]]:
    questions = tuple(steps.questions(before.environment, after.environment))
    told = past.asked(base.repository, base.commit, base.moment, before.environment, questions)
    step = steps.Step(
        after.environment,
        after.manifests,
        before.environment,
        before.manifests,
        base.moment,
        told.standing,
        told.stable_before,
        _approvals(base, approved) if any(question.approval for question in questions) else None,
    )
    unknown = ", ".join(dict.fromkeys(told.unknown))
    message = f"the history of {unknown} in {after.name} ends too early for its bake time or way back to be judged"
    mark = Mark(f"{ENVIRONMENTS}/{after.name}.yaml")
    return step, (Finding(NOT_JUDGED, message, mark),) if unknown else ()


def _approvals(base: Base, approved: Sequence[str]) -> steps.Approvals | None:
    """Return who approved and who wrote the step; None while it is in no commit and nobody is named for it."""
    if base.edited and not approved and not base.lands:
        return None
    found = repo.messages(base.repository, base.commit, base.head, ENVIRONMENTS)
    by = tuple(name for message in found for name in message.approved_by)
    authors = [message.author for message in found if message.touches]
    authors += [base.author or repo.author(base.repository)] if base.edited else []
    return steps.Approvals((*by, *approved), tuple(authors))


def followed(taken: Snapshot, environments: Sequence[Environment], ours: AbstractSet[str]) -> dict[str, Environment]:
    """Return the environments that others follow, or did, and that this run is not about."""
    wanted = {environment.follows for environment in environments} & set(overlays.names(taken)) - ours
    found: dict[str, Environment] = {}
    for name in sorted(wanted):
        with suppress(GitrampError):  # a run that is about it says what is wrong there
            found[name] = model_of(taken, name)
    return found

"""Split a change into commits, each of which may be applied in any order.

Owns the search: which states lie between the base and the head, said as edits of the environments' own files, built
like any other state and proved safe one after the other. Must not know how a hole is found, nor how a plan is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

from gitramp import merge, ordering, overlays, splitting
from gitramp.pipeline.bases import base_of
from gitramp.pipeline.build import build, built_before, located
from gitramp.pipeline.built import Built
from gitramp.pipeline.edit import edited, place
from gitramp.pipeline.refusals import refusals
from gitramp.problem import Finding, GitrampError, InputRejected, Report, Severity, UsageError
from gitramp.resource import ManifestSet
from gitramp.source import Overlay, Snapshot, Values
from gitramp.splitting import Override, Tree
from gitramp.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Commit:
    """What one commit is for, the overlays in it, and for what the rules of steps refuse it."""

    title: str
    taken: Snapshot
    refused: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The commits of a change; one when it is safe as it is. `holes` are what may happen in one commit.

    Without `commits` no safe way was found, and the remedies of the holes say what to do. `extending` are those of the
    environments that nobody named: they extend a named one, so an edit of its files is an edit of theirs.
    """

    environments: tuple[str, ...]
    base: Snapshot
    holes: Report
    commits: tuple[Commit, ...]
    extending: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether `gitramp commit` would refuse one of the commits by a rule of steps."""
        return any(commit.refused for commit in self.commits)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the overlays that differ anywhere on the way, as each commit has them, below its number."""
        taken = [self.base.files, *(commit.taken.files for commit in self.commits)]
        paths = sorted({path for files in taken for path in files if any(f.get(path) != files[path] for f in taken)})
        for number, files in enumerate(taken[1:], start=1):
            yield from ((f"{number}/{path}", files[path]) for path in paths if path in files)


_State = tuple[str, Tree]
"""What a state is for, and the merged overlays of one environment in it."""

WORKLOADS = "what is new comes, and the routes stay as they are"
ROUTES = "the routes leave what goes, and it still runs"
HEAD = "the rest: the overlays as they are now"


def plan(workspace: Workspace, names: Sequence[str] = (), against: str | None = None) -> Plan:
    """Plan the way from a revision, or from where a step is judged, to the overlays as they are on the disk.

    Raises InputRejected when these are not valid, RepoError without a repository or for a revision that Git does not
    have, UsageError for an unknown name.
    """
    taken = overlays.snapshot(workspace.root)
    _, base = base_of(workspace, taken, against)
    return split(base, taken, names)


def split(base: Snapshot, head: Snapshot, names: Iterable[str] = ()) -> Plan:
    """Plan the way from one state of the overlays to another.

    Raises InputRejected when the head is not valid, UsageError for an unknown name.
    """
    named = tuple(names)
    extending = tuple(_extending(head, named))
    after = {built.name: built for built in build(head, (*named, *extending))}
    before = {name: built for name in after if (built := _built(base, name)) is not None}
    holes = {name: tuple(_holes(before[name].manifests, after[name])) for name in before}
    told = Report.of((finding for found in holes.values() for finding in found), head.files)
    ways = {n: _way(before[n], after[n], base, head) for n, found in holes.items() if _fails(found)}
    known = {name: way for name, way in ways.items() if way is not None}
    commits = tuple(_commits(base, head, known, tuple(after))) if len(known) == len(ways) else ()
    safe = all(_is_proven(before[name], commits) for name in before)
    judged = tuple(_judged(before, commits)) if safe else ()
    return Plan(tuple(after), base, told, judged, extending)


def _extending(head: Snapshot, named: Sequence[str]) -> Iterator[str]:
    """Yield the environments that extend a named one and are not named themselves."""
    own = {chain[-1].path for chain in overlays.read_chains(head, named).values()} if named else set()
    for name in overlays.names(head) if own else ():
        with suppress(InputRejected):  # what is so broken extends nothing
            chain = overlays.read_chains(head, [name])[name]
            if name not in named and any(overlay.path in own for overlay in chain):
                yield name


def _judged(before: Mapping[str, Built], commits: Sequence[Commit]) -> Iterator[Commit]:
    """Yield the commits with what the rules of steps say of each of them."""
    names, old = tuple(before), before
    for commit in commits:
        new = build(commit.taken, names) if names else ()
        yield replace(commit, refused=refusals(old, new, commit.taken))
        old = {built.name: built for built in new}


def _built(taken: Snapshot, name: str) -> Built | None:
    """Return an environment of the base; None when it was not there or cannot be read."""
    try:
        return built_before(taken, name) if name in overlays.names(taken) else None
    except GitrampError:
        return None


def _holes(before: ManifestSet, after: Built) -> Iterator[Finding]:
    yield from located(ordering.find(before, after.manifests), after.values)


def _fails(holes: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in holes)


def _way(before: Built, after: Built, base: Snapshot, head: Snapshot) -> tuple[_State, ...] | None:
    """Return the states of the first way all of whose steps are safe; short ways are tried first."""
    old, new = _merged(base, after.name).plain(), _merged(head, after.name).plain()
    firsts = [(WORKLOADS, splitting.idle_first(old, new)), (WORKLOADS, splitting.workloads_first(old, new))]
    last = (ROUTES, splitting.routes_first(old, new))
    for titled in (*((first,) for first in firsts), (last,), *((first, last) for first in firsts)):
        way = tuple((title, _as_they_were(base, head, after.name, tree)) for title, tree in titled)
        states = [_state(head, after.name, tree) for _, tree in way]
        if None not in states and _is_safe([before, *states, after]):
            return way
    return None


def _as_they_were(base: Snapshot, head: Snapshot, name: str, tree: Tree) -> Tree:
    """Return a state in which tracks that are to go also keep what they inherited: it may have changed around them."""
    try:
        now = merge.inherit(_merged(_edited(head, name, tree), name)).plain()
    except UsageError:
        return tree
    before = merge.inherit(_merged(base, name)).plain()
    return splitting.with_tracks_of(before, now, _merged(head, name).plain(), tree)


def _is_safe(states: Sequence[Built | None]) -> bool:
    steps = ((one.manifests, other.manifests) for one, other in pairwise(states) if one and other)
    return not any(code.severity is Severity.ERROR for step in steps for code, _ in ordering.find(*step))


def _is_proven(before: Built, commits: Sequence[Commit]) -> bool:
    """Ask once more of the whole: an environment also sees what others on which it is built say in between."""
    if len(commits) < 2:
        return True
    try:
        return _is_safe([before, *(build(commit.taken, [before.name])[0] for commit in commits)])
    except InputRejected:
        return False


def _state(head: Snapshot, name: str, tree: Tree) -> Built | None:
    """Build a state in between; None when the overlays cannot say it, or it is not valid."""
    try:
        return build(_edited(head, name, tree), [name])[0]
    except (InputRejected, UsageError):
        return None


def _merged(taken: Snapshot, name: str) -> Values:
    return merge.merge(name, overlays.read_chains(taken, [name])[name])


def _edited(taken: Snapshot, name: str, tree: Tree) -> Snapshot:
    """Return overlays that merge to a tree: an environment's own files say the difference, above all layers."""
    overlay = overlays.read_chains(taken, [name])[name][-1]
    files = dict(taken.files)
    for override in _overrides(taken, name, tree):
        path, steps = _place(overlay, override.path)
        files[path] = edited(path, files[path], steps, override.value)
    return Snapshot(files)


def _overrides(taken: Snapshot, name: str, tree: Tree) -> tuple[Override, ...]:
    return tuple(splitting.overrides(_merged(taken, name).plain(), tree))


def _place(overlay: Overlay, path: tuple[str, ...]) -> tuple[str, list[str]]:
    if path[0] == "services" and len(path) > 2:
        return place(overlay, path[1], path[2:])
    return overlay.path, list(path)


def _commits(
    base: Snapshot, head: Snapshot, ways: Mapping[str, Sequence[_State]], names: Sequence[str]
) -> Iterator[Commit]:
    """Yield the commits of all environments together, the last one being the head.

    An environment whose way is shorter waits in its last state; one that extends another is held where it was, whatever
    that one says in between.
    """
    lengths = {name: len(chain) for name, chain in overlays.read_chains(head, names).items()} if ways else {}
    for number in range(max((len(way) for way in ways.values()), default=0)):
        states = {name: way[min(number, len(way) - 1)] for name, way in ways.items()}
        taken = _start(base, head, states)
        for name in sorted(lengths, key=lambda each: (lengths[each], each)):
            taken = _edited(taken, name, states[name][1] if name in states else _merged(head, name).plain())
        yield Commit("; ".join(dict.fromkeys(title for title, _ in states.values())), taken)
    yield Commit(HEAD, head)


def _start(base: Snapshot, head: Snapshot, states: Mapping[str, _State]) -> Snapshot:
    """Return the overlays that are edited: those of the head or, where the step is small from there, of the base."""
    if len(states) > 1:
        return head
    ((name, (_, tree)),) = states.items()
    own = {path for taken in (base, head) for path in overlays.read_chains(taken, [name])[name][-1].files}
    differing = {p for p in {*base.files, *head.files} if base.files.get(p) != head.files.get(p)}
    chains = overlays.read_chains(head)
    shared = any(own & set(overlay.files) for other in chains if other != name for overlay in chains[other])
    if shared or not differing <= own:
        return head
    return min((head, base), key=lambda taken: _words(_overrides(taken, name, tree)))


def _words(said: Sequence[Override]) -> int:
    """Count what has to be said; a mapping counts more than the values in it, because people write it otherwise."""
    return sum(3 if isinstance(override.value, (Mapping, list)) else 1 for override in said)

"""What a change does, in words: sections of lines that every format of `gitramp diff` writes in its own way.

Owns the sentences and what is left out of them. Must not know any format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gitramp.changes import Cause, PodChange, Rollout
from gitramp.pipeline.diff import Diff, EnvironmentDiff
from gitramp.problem import Severity
from gitramp.report.diff_parts import LONGEST, Line, Section, cut, short
from gitramp.report.diff_traffic import traffic
from gitramp.report.text import counted
from gitramp.report.told import sentence
from gitramp.source import show

_WARNING = Severity.WARNING.value
_EFFECTS = {
    "restart": "restarts",
    "start": "starts",
    "stop": "stops",
    "run": "runs",
    "again": "runs anew",
    "delete": "is deleted",
    "schedule": "runs by its schedule",
    "next": "changes with its next run",
    "unschedule": "runs no more",
    "scale": "scales",
}


def span(diff: Diff) -> str:
    """Say between which two states a change lies."""
    since = f"commit {diff.since[:12]}" if diff.since else "nothing"
    return f"from {since} to {f'commit {diff.until[:12]}' if diff.until else 'the work tree'}"


def nothing(diff: Diff) -> str:
    """Say that nothing differs, as far as it could be compared."""
    return "Nothing that could be compared differs" if len(diff.report) else "Nothing differs"


def refused(diff: Diff) -> Section | None:
    """Return what the rules refuse of a change; None when that is nothing, or nobody asked."""
    errors = [found for found in diff.gate or () if found.severity is Severity.ERROR]
    if not errors:
        return None
    said = (f"{found.code} {found.mark or ''} {sentence(found)}" for found in errors)
    lines = tuple(Line(text, is_bad=True) for text in short(said, longest=2 * LONGEST))
    return Section(f"refused: {counted(len(errors), 'error')}, says gitramp validate", lines)


def closing(diff: Diff) -> str:
    """Say between which states a change lies, what is the same, and what the rules say when they refuse nothing."""
    said = span(diff)
    same = f"; the same: {', '.join(diff.same)}" if diff.same else ""
    return f"{said[:1].upper()}{said[1:]}{same}.{_verdict(diff)}"


def _verdict(diff: Diff) -> str:
    if diff.gate is None:
        return " Whether it is refused was not asked of so many services: gitramp validate." if diff.differs else ""
    if refused(diff):
        return ""
    warned = len([found for found in diff.gate if found.severity is Severity.WARNING])
    return f" No rule refuses it{f'; {counted(warned, _WARNING)}' if warned else ''}."


def reviews(diff: Diff) -> list[tuple[str, tuple[Section, ...]]]:
    """Return a heading and the sections of each environment; those of which the same is to be said stand together."""
    alike: dict[object, list[EnvironmentDiff]] = {}
    for each in diff.environments:
        alike.setdefault((each.change, each.sentences, tuple(_sections(each))), []).append(each)
    return [(_heading(group), tuple(_sections(group[0]))) for group in alike.values()]


def _heading(group: list[EnvironmentDiff]) -> str:
    """Say in one line what changes, as a commit's subject would."""
    first = group[0]
    names = ", ".join(short((each.name for each in group), 8))
    change = "" if first.change == "changed" else f" {first.change}"
    said = "; ".join(short(_subject(first), 4)) if first.change != "removed" else ""
    return f"{names}{change}: {said}" if said else f"{names}{change}"


def _subject(each: EnvironmentDiff) -> tuple[str, ...]:
    """Return what is to be said first: of services, else of pods, else of trust, else what was edited."""
    pods = (f"{_named(pods)} {_EFFECTS[pods.effect]}{_why(pods)}" for pods in _in_order(each.rollout))
    trust = (found.says for found in each.trust)
    said = (each.sentences, dict.fromkeys(pods), trust, (cause.says for cause in each.causes))
    return next(filter(None, map(tuple, said)), ())


def _sections(each: EnvironmentDiff) -> Iterator[Section]:
    """Yield what a reviewer asks of one environment, traffic first."""
    if each.change == "changed":
        yield traffic(each.routings)
        if each.matches:
            yield _section("matches", (f"{match.service} {match.kind}: {match.says}" for match in each.matches))
    yield _rollout(each.rollout)
    if each.change == "changed":
        said = [found.says for found in each.trust]
        yield _section("trust", said) if said else Section("trust: as before")
    yield Section("causes", cut(tuple(map(_cause, each.causes))))


def _section(title: str, texts: Iterable[str]) -> Section:
    return Section(title, tuple(Line(text) for text in short(texts)))


def _rollout(rollout: Rollout) -> Section:
    pods = short(f"{_whose(pods)} {_EFFECTS[pods.effect]}{_why(pods)}" for pods in _in_order(rollout))
    refused = [Line(f"refused by the cluster: {said}", is_bad=True) for said in short(rollout.refused)]
    listed = (("appear", rollout.appear), ("go", rollout.go), ("change", rollout.change))
    objects = [f"{_objects(named, what)}: {', '.join(short(_by_kind(named), 4))}" for what, named in listed if named]
    if rollout.labels:
        objects.append(f"{_objects(rollout.labels, 'change')} in labels alone")
    if rollout.stay:
        said = (
            f"{', '.join(short(_by_kind(rollout.stay), 4))} ({_objects(rollout.stay, 'stay')}, for nothing is pruned)"
        )
        objects.append(f"no longer rendered: {said}")
    lines = (*refused, *map(Line, (*pods, *objects)))
    title = "rollout" if rollout.pods else "rollout: no pod restarts" if lines else "rollout: no object changes"
    return Section(title, lines)


def _in_order(rollout: Rollout) -> list[PodChange]:
    return sorted(rollout.pods, key=lambda pods: list(_EFFECTS).index(pods.effect))


def _objects(named: Sequence[str], what: str) -> str:
    if len(named) == 1:
        return f"1 object {'goes' if what == 'go' else f'{what}s'}"
    return f"{len(named):,} objects {what}"


def _whose(pods: PodChange) -> str:
    named = _named(pods)
    return named if named == pods.object else f"{named} ({pods.object})"


def _named(pods: PodChange) -> str:
    """Name pods as people do: a Job by its own name."""
    kind, _, name = pods.object.partition(" ")
    if kind in {"Job", "CronJob"} or not (pods.service and pods.track):
        return f"{kind} {name}"
    return f"{pods.service} {pods.track}"


def _why(pods: PodChange) -> str:
    return f": {', '.join(short(pods.why, 6))}" if pods.why else ""


def _by_kind(named: Iterable[str]) -> list[str]:
    """Write few objects of a kind by their names, many by their number."""
    kinds: dict[str, list[str]] = {}
    for each in named:
        kind, _, name = each.partition(" ")
        kinds.setdefault(kind, []).append(name)
    return [f"{k} {', '.join(names)}" if len(names) < 4 else f"{k} ({len(names):,})" for k, names in kinds.items()]


def _cause(cause: Cause) -> Line:
    place = f"{cause.mark.path}:{cause.mark.line}{' (before)' if cause.gone else ''}"
    return Line(f"{place} {show(cause.says, LONGEST)}: {_reached(cause)}")


def _reached(cause: Cause) -> str:
    """Count what a line reaches: objects that come or go as a whole, and fields of others."""
    whole = dict.fromkeys(each.object for each in cause.reached if not each.pointer)
    fields = [each.object for each in cause.reached if each.pointer]
    said = [_some(tuple(whole))] if whole else []
    if fields:
        count = f"{len(fields):,} {'field' if len(fields) == 1 else 'fields'}"
        said.append(f"{count} of {_some(tuple(dict.fromkeys(fields)))}")
    return ", ".join(said) or "nothing that is rendered"


def _some(objects: tuple[str, ...]) -> str:
    return objects[0] if len(objects) == 1 else f"{len(objects):,} objects"

"""What the rules of steps say of a commit that is only planned.

Owns that question. Nothing of a plan has a time, a history or an approval yet, so what depends on them is not asked.
Must not know how commits are found, nor what any rule says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gitramp import overlays, steps
from gitramp.pipeline.build import located
from gitramp.pipeline.built import Built
from gitramp.pipeline.judge import settle
from gitramp.pipeline.rendered import RenderedPlaces
from gitramp.pipeline.transition import followed
from gitramp.problem import Code, Finding, Severity
from gitramp.resource import Breach
from gitramp.source import Snapshot


def refusals(before: Mapping[str, Built], after: Sequence[Built], taken: Snapshot) -> tuple[Finding, ...]:
    """Return why `gitramp commit` would refuse the step; what comments allow, or a policy makes a warning, is left out.

    Each finding is told once, however many environments it is found in.
    """
    change = _change(before, after, taken)
    if not change.steps:
        return ()
    found = tuple(steps.judge(change))
    told = (each for built in after for each in _errors(found, built))
    return tuple({(each.code.number, each.message): each for each in told}.values())


def _change(before: Mapping[str, Built], after: Sequence[Built], taken: Snapshot) -> steps.Change:
    here = {built.name: built.environment for built in after}
    there = (*here.values(), *(built.environment for built in before.values()))
    present = {**followed(taken, there, here.keys()), **here}
    past = {name: before[name].environment if name in before else one for name, one in present.items()}
    made = tuple(
        steps.Step(built.environment, built.manifests, before[built.name].environment, before[built.name].manifests)
        for built in after
        if built.name in before
    )
    known = {name: one for name, one in past.items() if name in before or name not in here}
    return steps.Change(made, known, present, frozenset(overlays.names(taken)))


def _errors(found: Sequence[tuple[str, Code, Breach]], built: Built) -> Iterator[Finding]:
    own = [(code, breach) for name, code, breach in found if name == built.name]
    told = located(own, built.values, RenderedPlaces(built.name))
    settled = settle(replace(built, findings=(), allowed=()), told)
    yield from (finding for finding in settled.findings if finding.severity is Severity.ERROR)

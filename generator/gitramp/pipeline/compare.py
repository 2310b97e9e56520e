"""Environments held against each other: those that declare parity, and any two that somebody asks about.

Owns which environments are compared. Must not know how two are, nor what becomes of the findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from gitramp import overlays, parity
from gitramp.model import Parity
from gitramp.parity import Difference
from gitramp.pipeline.built import Built
from gitramp.pipeline.merged import merged
from gitramp.problem import Finding, InputRejected
from gitramp.source import Snapshot, Values, did_you_mean, show
from gitramp.workspace import ENVIRONMENTS, Workspace


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two environments, and in what they differ; `reasons` are those that the first one declares, by their path."""

    one: str
    other: str
    differences: tuple[Difference, ...]
    reasons: Mapping[str, str]


def compare(workspace: Workspace, one: str, other: str) -> Comparison:
    """Compare two environments; raises UsageError for an unknown one, InputRejected when one cannot be read."""
    taken = overlays.snapshot(workspace.root)
    here, there = (_read(taken, name) for name in (one, other))
    said = here.plain().get("parity") or {}
    reasons = said.get("allow") or {} if said.get("with") == other else {}
    return Comparison(one, other, parity.differences(here, there, reasons), reasons)


def declared(built: Sequence[Built], taken: Snapshot) -> tuple[Comparison, ...]:
    """Hold environments against those that they declare to be like, as far as both can be read."""
    values = {one.name: one.values for one in built}
    found = []
    for one in built:
        said = one.environment.parity
        other = (values.get(said.other) or _other(taken, said.other)) if said and said.other != one.name else None
        if said and other:
            told = parity.differences(one.values, other, said.allow)
            found.append(Comparison(one.name, said.other, told, said.allow))
    return tuple(found)


def parities(built: Sequence[Built], taken: Snapshot, *, everything: bool) -> Mapping[str, list[Finding]]:
    """Return what is wrong with the parity that environments declare, by environment.

    That a declared difference is needless is only told of `everything`: several environments may share a declaration.
    """
    findings: dict[str, list[Finding]] = {}
    used: set[tuple[object, str]] = set()
    declaring = [(one, one.environment.parity) for one in built if one.environment.parity is not None]
    values = {one.name: one.values for one in built}
    for one, said in declaring:
        other = values.get(said.other) or _other(taken, said.other)
        found = parity.differences(one.values, other, said.allow) if other and other.name != one.name else ()
        used |= {(_place(one, each.declared), each.declared) for each in found}
        unknown = _unknown(one, said, taken) if other is None or other.name == one.name else ()
        findings[one.name] = [*unknown, *parity.undeclared(found, one.name, said.other)]
    for one, said in declaring if everything else ():
        if said.other == one.name:
            continue
        needed = [pattern for pattern in said.allow if (_place(one, pattern), pattern) in used]
        findings[one.name].extend(parity.needless(said, one.values, needed))
    return findings


def _place(one: Built, pattern: str) -> object:
    """Return what a declaration is known by where several environments have it from one Layer."""
    return one.values.nearest(("parity", "allow", pattern)).place


def _read(taken: Snapshot, name: str) -> Values:
    return merged(name, overlays.read_chains(taken, [name])[name], overlays.attached(taken))


def _other(taken: Snapshot, name: str) -> Values | None:
    """Return an environment that is not in this run; None for one that there is not, or that its own run refuses."""
    if name not in overlays.names(taken):
        return None
    with suppress(InputRejected):
        return _read(taken, name)
    return None


def _unknown(one: Built, said: Parity, taken: Snapshot) -> Iterator[Finding]:
    """Yield that an environment is held against none, or says in its own file that it is held against itself."""
    place = one.values.nearest(said.at("with")).place
    known = [name for name in overlays.names(taken) if name != one.name]
    if said.other == one.name and place.path == f"{ENVIRONMENTS}/{one.name}.yaml":
        yield Finding(parity.NO_OTHER, f"{one.name} is compared with itself", place)
    elif said.other not in (*known, one.name):
        advice = did_you_mean(said.other, known, f"environments: {', '.join(known) or 'no other'}")
        yield Finding(parity.NO_OTHER, f"there is no environment {show(said.other)}", place, advice)

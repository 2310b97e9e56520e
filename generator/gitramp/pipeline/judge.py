"""What becomes of findings: rated by the environment's policy, allowed by comments at their lines.

Owns which comments count and in which order the two happen. Must not know how findings are found, nor what day it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from gitramp import allowances, provenance, ratings
from gitramp.allowances import Allowance
from gitramp.pipeline.built import Built
from gitramp.pipeline.catalogue import catalogue
from gitramp.problem import Allowed, Finding, Related
from gitramp.resource import Origin
from gitramp.source import Snapshot
from gitramp.workspace import ENVIRONMENTS


def judge(built: Built, found: Iterable[Finding], taken: Snapshot, today: date | None) -> Built:
    """Add findings to those of an environment, each with the severity it has there, or to what is allowed.

    Without a day, no allowance has run out.
    """
    held, about = comments(_files(built, taken), today)
    findings = (*built.findings, *ratings.rated(about, built.environment))
    return settle(replace(built, findings=findings, allowances=held), found)


def settle(built: Built, found: Iterable[Finding]) -> Built:
    """Add further findings to an environment whose allowances are known."""
    findings: list[Finding] = list(built.findings)
    allowed: list[Allowed] = list(built.allowed)
    for each in allowances.settle(ratings.rated(found, built.environment), built.allowances):
        if isinstance(each, Finding):
            findings.append(each)
        elif each.finding.code.number in built.environment.policy.no_exceptions:
            findings.extend((each.finding, *ratings.rated([_refused(each, built)], built.environment)))
        else:
            allowed.append(each)
    return replace(built, findings=tuple(findings), allowed=tuple(allowed))


def comments(
    files: Iterable[tuple[str, bytes]], today: date | None
) -> tuple[tuple[Allowance, ...], tuple[Finding, ...]]:
    """Return what the comments of files allow, and what is wrong with those that allow nothing."""
    read = [allowances.read(path, content) for path, content in files]
    said = tuple(each for part in read for each in part.allowances)
    about = (*(f for part in read for f in part.findings), *allowances.faults(said, catalogue(), today))
    return allowances.in_force(said, catalogue(), today), about


def unused(built: Sequence[Built], unasked: Collection[str] = ()) -> Iterator[Finding]:
    """Yield each allowance that none of the environments needed; only right when these are all that there are.

    `unasked` are codes of rules that nobody asked, so that nobody knows what of them is needed.
    """
    allowed = [each for one in built for each in one.allowed]
    for one in built:
        said = (each for each in one.allowances if each.code not in unasked)
        yield from ratings.rated(allowances.unused(said, allowed), one.environment)


def _files(built: Built, taken: Snapshot) -> Iterator[tuple[str, bytes]]:
    """Yield the files whose comments count: overlays, and the objects of one's own; no text that is rendered."""
    beside = {f"{ENVIRONMENTS}/{path}" for path in built.environment.attached}
    named = [f"{ENVIRONMENTS}/{said.file}" for said in built.environment.manifests.values()]
    paths = dict.fromkeys((*(path for path in built.values.files if path not in beside), *named))
    return ((path, taken.files[path]) for path in paths if path in taken.files)


def _refused(allowed: Allowed, built: Built) -> Finding:
    """Say that the policy lets no comment allow a finding, which is therefore told as well."""
    number = allowed.finding.code.number
    position = built.environment.policy.no_exceptions.index(number)
    place = provenance.place(Origin((("policy", "noExceptions", position),)), built.values)
    related = (Related(place, "policy.noExceptions"),) if place else ()
    message = f"the policy of {built.name} lets no comment allow {number}"
    return Finding(allowances.NOT_ALLOWED, message, allowed.mark, related=related)

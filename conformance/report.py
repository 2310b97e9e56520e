"""docs/conformance.md: the figures of a run, and every difference with its reason.

Owns that file's words. Must not know how a verdict came about.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

from conformance import differences, routing, upstream
from conformance.corpus import FAMILIES
from conformance.differences import Difference
from conformance.ledger import Ruling
from conformance.routing import Routing, table
from gitramp.pipeline import every_code

HEAD = """\
# Conformance

<!-- Written by `make conformance`. Do not edit. -->

`make conformance` puts what gitramp renders, of its examples and of environments at random, and every fixture of its
checks, before the real ones: a kube-apiserver with its etcd, and istiod's admission webhook. Objects are applied
server-side with strict fields; of each pod template a pod is created, under the Pod Security level of its namespace;
where a quota counts, all its replicas are.

- What is rendered here, and what a check calls good, must be **accepted** by both.
- What a check of the families *Kubernetes* (GR300 to GR379) and *Istio objects* (GR900 to GR999) calls bad must be
  **refused** by one of them and, where objects are written by hand, for the field that the check names; of what gitramp
  only warns, a warning is enough, unless every object of the kind gets it. Where the cluster takes it all the same, the
  reason is below.
- What the family *security posture* (GR380 to GR399) calls bad is advice, and a cluster takes most of it: it is not put
  before the real ones.
- Requests must go where the evaluator says, in a real Envoy and in Istio's: see *Routing*.
"""

READING = """\
*Explained* are bad fixtures that the cluster takes, each with the reason why gitramp is stricter, below; a *difference*
has none, and fails the run. A case is a folder that a controller applies, so what delivers an environment counts for
itself. Environments at random come from the first 400 seeds where schemas have to accept them, too, and from the first
320 where routing is asked.
"""

WARNED = """\
All of it was accepted. Good says of a fixture that the one rule it is for has nothing against it: another may warn of
it, as the cluster does, and an environment at random holds what nobody would write.
"""


def write(rulings: Sequence[Ruling], asked: Routing, definitions: int) -> None:
    """Replace the file."""
    parts = [HEAD, *_versions(definitions), "", *_figures(rulings), "", *routing.told(asked)]
    parts += [*_differences(rulings), *_others(rulings)]
    path = upstream.ROOT / "docs" / "conformance.md"
    path.write_text("\n".join(parts).rstrip("\n") + "\n")


def _versions(definitions: int) -> Iterator[str]:
    newest = dict(upstream.newest_versions())
    kubernetes = newest.pop(upstream.KUBERNETES)
    yield f"Last run: {dt.datetime.now(dt.UTC):%Y-%m-%d}.\n"
    yield from table(("asked", "version"), _asked(kubernetes, newest, definitions))


def _asked(kubernetes: str, others: Mapping[str, str], definitions: int) -> Iterator[tuple[str, str]]:
    yield "kube-apiserver", kubernetes
    yield "etcd, unless one is installed", upstream.ETCD[1]
    yield "istiod's webhook and routes", upstream.istio_version()
    yield "Envoy", routing.envoy_version().removeprefix("Envoy ")
    modules = ", ".join(f"{module} {version}" for module, version in others.items())
    yield f"{definitions} definitions of custom kinds", modules


def _figures(rulings: Sequence[Ruling]) -> Iterator[str]:
    yield "## Figures\n"
    rendered = [ruling for ruling in rulings if not ruling.case.code]
    corpora = {
        "rendered here: the worked example, examples/, tests/cases/": [r for r in rendered if not r.case.drawn],
        "environments at random": [r for r in rendered if r.case.drawn],
        "good fixtures of all checks": [r for r in rulings if r.case.code and r.case.good],
    }
    for family in FAMILIES:
        corpora[f"bad fixtures of *{family}*"] = [r for r in rulings if r.case.family == family and not r.case.good]
    head = ("corpus", "cases", "objects", "verdicts", "accepted", "warned of", "refused", "explained", "differences")
    yield from table(head, ((name, *_counts(listed)) for name, listed in corpora.items()))
    yield f"\n{READING.rstrip()}"


def _counts(rulings: Sequence[Ruling]) -> tuple[int, ...]:
    objects = sum(len(ruling.case.documents) for ruling in rulings)
    verdicts = sum(len(ruling.verdicts) for ruling in rulings)
    refused = sum(bool(ruling.refusals) for ruling in rulings)
    warned = sum(ruling.warned and not ruling.refusals for ruling in rulings if not ruling.case.good)
    differing = sum(ruling.differs for ruling in rulings)
    explained = sum(ruling.differs and _explained(ruling) is not None for ruling in rulings)
    taken = len(rulings) - refused - warned
    return len(rulings), objects, verdicts, taken, warned, refused, explained, differing - explained


def _explained(ruling: Ruling) -> Difference | None:
    return None if ruling.case.good else differences.found(ruling.case.code, ruling.case.fixture)


def _differences(rulings: Sequence[Ruling]) -> Iterator[str]:
    yield "## What gitramp refuses and the cluster takes"
    rows: dict[tuple[Difference, str], list[str]] = {}
    for ruling in rulings:
        difference = _explained(ruling)
        if difference and ruling.differs:
            fixtures = rows.setdefault((difference, ruling.case.code), [])
            fixtures.append(ruling.case.fixture.partition("/")[2])
    for why in differences.Why:
        yield f"\n### {why.value}\n"
        listed = [(code, names, reason) for ((kind, reason), code), names in rows.items() if kind is why]
        listed.sort(key=lambda row: (row[0], row[2]))
        yield from table(("code", "what gitramp refuses", "fixtures", "what the cluster does"), map(_row, listed))


def _row(difference: tuple[str, list[str], str]) -> tuple[str, str, str, str]:
    code, names, reason = difference
    return code, every_code()[code].title, ", ".join(sorted(set(names), key=_by_number)), reason


def _by_number(name: str) -> tuple[str, int]:
    stem, number = re.fullmatch(r"(.*?)-?(\d*)", name, re.DOTALL).groups()  # type: ignore[union-attr]
    return stem, int(number or 0)


def _others(rulings: Sequence[Ruling]) -> Iterator[str]:
    good = [ruling for ruling in rulings if ruling.case.good]
    unknown = [(ruling.case.name, subject) for ruling in good for subject in ruling.unknown]
    if unknown:
        yield "\n## Kinds that nobody here has a definition of\n"
        yield from table(("case", "object"), unknown)
    warned: dict[str, list[str]] = {}
    for each, said in ((r.case.name, v) for r in good for v in r.verdicts):
        for text in said.warnings:
            warned.setdefault(text, []).append(f"{each} ({said.subject})")
    if warned:
        yield f"\n## Warnings about what is good\n\n{WARNED}"
        yield from table(("warning", "about"), ((text, _few(subjects)) for text, subjects in warned.items()))


def _few(subjects: Sequence[str]) -> str:
    more = len(subjects) - 1
    return f"{subjects[0]} and {more} more" if more else subjects[0]

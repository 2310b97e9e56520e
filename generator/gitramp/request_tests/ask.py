"""Put the questions to the rendered routes, and count who passes.

Owns what it means that a test holds. Must not know which requests are made, nor the words of a failure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gitramp import router
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.request_tests import codes, defaults, written
from gitramp.request_tests.failure import Given, failure
from gitramp.request_tests.offers import Offers
from gitramp.request_tests.probe import Bound, Probe
from gitramp.resource import Breach, ManifestSet

_NOBODY = 503


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of an environment's request tests: how many passed, how many of those an overlay writes down.

    `unasked` counts those written down that want a canary that is not there now, or was aborted. `by_default` are the
    failures of tests that no overlay writes down.
    """

    passed: int = 0
    written: int = 0
    unasked: int = 0
    breaches: tuple[tuple[Code, Breach], ...] = ()
    by_default: tuple[tuple[Code, Breach], ...] = ()


def ask(environment: Environment, manifests: ManifestSet) -> Asked:
    """Ask the rendered routes all that is to be asked of an environment."""
    offers = Offers.of(environment, manifests)
    senseless = {name: tuple(written.faults(test, offers)) for name, test in environment.tests.items()}
    breaches = [(codes.SENSELESS, breach) for found in senseless.values() for breach in found]
    own = [written.probe(test, offers) for name, test in environment.tests.items() if not senseless[name]]
    by_default = [probe for service in environment.services.values() for probe in defaults.probes(service, offers)]
    said, found = (_judged(probes, offers) for probes in (own, by_default))
    passed = said.count(None)
    breaches.extend((codes.FAILED, breach) for breach in said if breach)
    others = tuple((codes.FAILED, breach) for breach in found if breach)
    return Asked(passed + found.count(None), passed, own.count(None), tuple(breaches), others)


def _judged(probes: Sequence[Probe | None], offers: Offers) -> list[Breach | None]:
    """Return the first failure of each probe, None where there is none."""
    return [next(_failures(probe, offers), None) for probe in probes if probe is not None]


def _failures(probe: Probe, offers: Offers) -> Iterator[Breach]:
    for request in probe.requests:
        given = Given.of(request, router.answer(offers.manifests, request), offers)
        broken = [bound for bound in probe.bounds if not bound.least <= _share(bound, given) <= bound.most]
        if broken or (probe.status is not None and {probe.status} != _statuses(given)):
            yield failure(probe, broken, given, offers)


def _share(bound: Bound, given: Given) -> Fraction:
    """Return what is got by whom a bound is about, in percent."""
    mine = (
        share.probability
        for share, service in given.shares
        if bound.service in {"", service} and bound.track in {"", share.track}
    )
    return sum(mine, Fraction(0)) * 100


def _statuses(given: Given) -> set[int]:
    """Return what the proxy itself answers with, 0 where somebody else does."""
    if given.answer.status:
        return {given.answer.status}
    return {0 if share.track or service else _NOBODY for share, service in given.shares}
